//! Where the program is: its stack, the entry point first.

use std::panic::Location;

use serde_json::{Value as Json, json};

/// The most frames; the outermost go first.
const MAX_FRAMES: usize = 64;

pub(super) struct Frame {
    function: String,
    file: String,
    line: Option<u32>,
    in_app: bool,
}

/// The frames of this thread down to the place of the mistake. What runs above it, of std and of this crate, is left out
/// where debug information tells it apart.
pub(super) fn down_to(place: &Location<'_>) -> Vec<Frame> {
    let mut frames = Vec::new();
    let (mut found, mut found_file) = (None, None);
    backtrace::trace(|frame| {
        backtrace::resolve_frame(frame, |symbol| {
            let function = symbol.name().map(|name| format!("{name:#}"));
            let path = symbol.filename().map(|path| path.to_string_lossy());
            let path = path.unwrap_or_default();
            let function = function.unwrap_or_default();
            if path.ends_with(place.file()) {
                found_file.get_or_insert(frames.len());
                if symbol.lineno() == Some(place.line()) {
                    found.get_or_insert(frames.len());
                }
            }
            frames.push(Frame {
                in_app: is_of_the_app(&function, &path),
                file: shortened(&path).to_owned(),
                line: symbol.lineno(),
                function,
            });
        });
        true
    });
    let mut frames = frames.split_off(found.or(found_file).unwrap_or(0));
    frames.truncate(MAX_FRAMES);
    frames.reverse();
    frames
}

fn is_of_the_app(function: &str, path: &str) -> bool {
    let function = function.trim_start_matches('<');
    let is_std = ["std::", "core::", "alloc::", "test::"];
    !path.is_empty()
        && !path.contains("/.cargo/registry/")
        && !path.contains("/rustc/")
        && !is_std.iter().any(|prefix| function.starts_with(prefix))
}

/// A path without the folders of the machine that built it: `shop/src/pay.rs`, or the file alone.
pub(super) fn shortened(path: &str) -> &str {
    let is_absolute = path.starts_with('/') || path.as_bytes().get(1) == Some(&b':');
    if !is_absolute {
        return path;
    }
    let source = path.rfind("/src/").or_else(|| path.rfind("\\src\\"));
    let folders = source.map_or(path, |end| &path[..end]);
    let start = folders.rfind(['/', '\\']);
    start.map_or(path, |start| &path[start + 1..])
}

impl Frame {
    pub(super) fn json(&self) -> Json {
        json!({
            "platform": "custom",
            "lang": "rust",
            "function": self.function,
            "filename": self.file,
            "lineno": self.line,
            "in_app": self.in_app,
            "synthetic": false,
            "client_resolved": true,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_name_no_machine() {
        for (path, expected) in [
            ("/home/ada/shop/src/pay.rs", "shop/src/pay.rs"),
            ("C:\\Users\\ada\\shop\\src\\pay.rs", "shop\\src\\pay.rs"),
            ("src/pay.rs", "src/pay.rs"),
            ("/home/ada/shop/build.rs", "build.rs"),
            ("pay.rs", "pay.rs"),
            ("", ""),
        ] {
            assert_eq!(shortened(path), expected);
        }
    }
}
