//! The content hash that tells whether a YAML source changed since the plan was compiled.

/// Hashes a source text; carriage returns don't count, so a checkout that converts line ends stays fresh.
///
/// It detects edits, it is no defence against forgery. Macros run it unoptimised on every source, so it
/// takes eight bytes a step.
#[must_use]
pub fn content_hash(text: &[u8]) -> u64 {
    if text.contains(&b'\r') {
        let mut unix = text.to_vec();
        unix.retain(|&byte| byte != b'\r');
        return hash_words(&unix);
    }
    hash_words(text)
}

fn hash_words(bytes: &[u8]) -> u64 {
    let (words, tail) = bytes.as_chunks::<8>();
    let mut state = SEED;
    for word in words {
        state = mix(state, u64::from_le_bytes(*word));
    }
    let mut last = [0; 8];
    for (slot, byte) in last.iter_mut().zip(tail) {
        *slot = *byte;
    }
    state = mix(state, u64::from_le_bytes(last));
    mix(state, bytes.len() as u64)
}

const SEED: u64 = 0x9e37_79b9_7f4a_7c15;

// A folded multiplication, as in wyhash: every input bit reaches every output bit. With operators instead of methods,
// for without optimisations each method is a call. Two factors of 64 bits fit their product.
fn mix(state: u64, word: u64) -> u64 {
    let wide = (state ^ word) as u128 * 0xa076_1d64_78bd_642f;
    (wide as u64 ^ (wide >> 64) as u64).wrapping_add(SEED)
}

#[cfg(test)]
mod tests {
    use super::content_hash;

    #[test]
    fn line_ends_do_not_count() {
        assert_eq!(
            content_hash(b"a: 1\r\nb: 2\r\n"),
            content_hash(b"a: 1\nb: 2\n")
        );
    }

    #[test]
    fn every_byte_and_the_length_count() {
        let base = b"events:\n  user_signed_up:\n".to_vec();
        let hash = content_hash(&base);
        for index in 0..base.len() {
            let mut other = base.clone();
            other[index] ^= 1;
            assert_ne!(content_hash(&other), hash, "byte {index}");
        }
        assert_ne!(content_hash(b""), content_hash(b"\0"));
        assert_ne!(
            content_hash(b"\0\0\0\0\0\0\0"),
            content_hash(b"\0\0\0\0\0\0\0\0")
        );
    }

    #[test]
    fn stays_the_same_over_versions() {
        // Written into every lock: a change here makes every user's plan look stale.
        assert_eq!(
            content_hash(b"plan: tformance\n"),
            15_380_261_414_437_392_381
        );
    }
}
