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
/// e-mail addresses there are.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Hashed<T>(pub T);

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
