//! Wrappers that make it visible at a call what leaves the program.

use std::marker::PhantomData;

use super::{Property, Value};

/// Personal data: the value of a property with `pii: personal`.
///
/// Nothing else fits such a property, so no e-mail address slips into one by accident, and a search for `Personal(`
/// finds every place where personal data leaves the program. It wraps any value of the property's type; `Debug`
/// doesn't show it.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct Personal<T>(pub T);

/// A value that tells persons apart without naming them: that of a property with `pii: pseudonymous`.
///
/// The wrapper is your word that the value is hashed already: with a secret key (HMAC), for anybody can hash all
/// e-mail addresses there are. With the feature `hash`, `Hashed::hmac_sha256` does it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Hashed<T>(pub T);

#[cfg(feature = "hash")]
impl Hashed<String> {
    /// Hashes a value with a secret key (HMAC-SHA-256), as 64 hexadecimal digits.
    ///
    /// Who has the key can try values until one fits, so it is a secret like any other. Another key gives other hashes:
    /// with it, nobody is known any more.
    ///
    /// ```
    /// let hashed = trackplan::Hashed::hmac_sha256(b"Jefe", "what do ya want for nothing?");
    /// assert!(hashed.0.starts_with("5bdcc146bf60754e6a042426089575c7"));
    /// ```
    #[must_use]
    pub fn hmac_sha256(key: &[u8], value: &str) -> Self {
        use std::fmt::Write;

        use hmac::{Hmac, KeyInit, Mac};

        let mut hmac =
            Hmac::<sha2::Sha256>::new_from_slice(key).expect("a key of any length will do");
        hmac.update(value.as_bytes());
        let mut digits = String::with_capacity(64);
        for byte in hmac.finalize().into_bytes() {
            // A String has no way to fail.
            _ = write!(digits, "{byte:02x}");
        }
        Self(digits)
    }
}

impl<T> std::fmt::Debug for Personal<T> {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str("Personal(…)")
    }
}

/// `pii: personal` of kind `K`.
pub struct Private<K: ?Sized>(PhantomData<K>);
/// `pii: pseudonymous` of kind `K`.
pub struct Pseudonym<K: ?Sized>(PhantomData<K>);

macro_rules! wrappers {
    ($($wrapper:ident $kind:ident,)+) => { $(
        impl<K: ?Sized, T: Property<K>> Property<$kind<K>> for $wrapper<T> {
            fn value(&self) -> Value<'_> {
                self.0.value()
            }
        }

        impl<K: ?Sized, T: Property<K>> Property<$kind<K>> for &$wrapper<T> {
            fn value(&self) -> Value<'_> {
                self.0.value()
            }
        }
    )+ };
}

wrappers! { Personal Private, Hashed Pseudonym, }
