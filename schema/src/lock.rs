//! The compiled plan, the folder `tracking_plan.lock/`: small text files that macros read without a parser
//! worth the name.
//!
//! | file | holds |
//! |---|---|
//! | `index` | the format's version, the conventions, the sorted names, a hash of each YAML source |
//! | `event/NAME`, `enum/NAME`, `group/NAME`, `flag/NAME`, `person` | all that code must know of it |
//! | `places` | where each item is written; no build tracks it, so moving lines rebuilds nothing |
//!
//! A line is a key, a space and a value; an indented line belongs to the line above that is indented less.
//! The `pattern` of a text has its [`matcher`](crate::matcher) below it.
//! Values escape backslash and line ends. Everything is sorted but the members of an enum, whose order is theirs.

mod read;
#[cfg(feature = "yaml")]
mod write;

#[cfg(feature = "yaml")]
pub(crate) use read::records;
pub use read::{
    Error, Event, Field, Index, Kind, Places, Property, Record, Records, properties, property,
    unescape,
};
#[cfg(feature = "yaml")]
pub use write::compile;

/// The version of the format that this crate reads and writes.
pub const VERSION: u32 = 2;

/// The folder's name, beside the YAML files.
pub const FOLDER: &str = "tracking_plan.lock";

/// The path of an item's file below the lock folder, with `/` on every platform.
///
/// Letters other than `a` to `z` are escaped: no name leaves the folder, none is illegal, and two names never
/// meet in one file, even where the file system ignores case.
#[must_use]
pub fn file_name(kind: Kind, name: &str) -> String {
    const LONGEST: usize = 120;
    let is_plain = |byte: u8| matches!(byte, b'a'..=b'z' | b'0'..=b'9' | b'_' | b'-');
    let mut file = format!("{}/", kind.as_str());
    if name.bytes().all(is_plain) {
        file.push_str(name);
    } else {
        for byte in name.bytes() {
            if is_plain(byte) {
                file.push(char::from(byte));
            } else {
                file.push_str(&format!("%{byte:02x}"));
            }
        }
    }
    if file.len() > LONGEST {
        file.truncate(LONGEST);
        file.push_str(&format!("%{:016x}", crate::content_hash(name.as_bytes())));
    }
    file
}
