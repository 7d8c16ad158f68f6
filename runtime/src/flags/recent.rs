//! A map that forgets what nobody asked for in a while.

use std::collections::HashMap;
use std::hash::Hash;

/// At most `capacity` entries, in two generations: what is used moves to the young one, and once that has half of them
/// it becomes the old one, and what was there is forgotten.
pub(super) struct Recent<K, V> {
    young: HashMap<K, V>,
    old: HashMap<K, V>,
    half: usize,
}

impl<K: Eq + Hash, V> Recent<K, V> {
    pub(super) fn new(capacity: usize) -> Self {
        Self {
            young: HashMap::new(),
            old: HashMap::new(),
            half: (capacity / 2).max(1),
        }
    }

    pub(super) fn get(&mut self, key: &K) -> Option<&V> {
        if let Some((key, value)) = self.old.remove_entry(key) {
            self.insert(key, value);
        }
        self.young.get(key)
    }

    /// Whether the key is new.
    pub(super) fn insert(&mut self, key: K, value: V) -> bool {
        let was_old = self.old.remove(&key).is_some();
        if self.young.len() >= self.half && !self.young.contains_key(&key) {
            self.old = std::mem::take(&mut self.young);
        }
        self.young.insert(key, value).is_none() && !was_old
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_used_stays_and_the_rest_is_forgotten() {
        let mut recent = Recent::new(10);
        assert!(recent.insert(0, "zero"));
        for key in 1..1_000 {
            assert!(recent.insert(key, "other"));
            assert_eq!(recent.get(&0), Some(&"zero"));
            assert!(recent.young.len() + recent.old.len() <= 10);
        }
        assert!(!recent.insert(0, "nought"));
        assert_eq!(recent.get(&0), Some(&"nought"));
        assert_eq!(recent.get(&1), None);
    }
}
