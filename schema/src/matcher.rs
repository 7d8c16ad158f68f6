//! Whether a text matches a `pattern`: a regular expression that was compiled when the plan was.
//!
//! So neither the macros nor the client have a regex engine, and all who hold a text against a pattern agree. What the
//! compiled plan keeps of a pattern is a line of steps, with a space between any two:
//!
//! | step | does |
//! |---|---|
//! | `41-5a,5f` | takes a character of these code points, in hexadecimal, and goes on with the next step |
//! | `30-39*4+2` | stands for eight steps: takes four such characters, and up to two more |
//! | `?3` | goes on with the next step and, side by side, with the third from here; `?-3` with the third before |
//! | `>3` | goes on with the third from here |
//! | `^`, `$` | goes on where the text begins, or ends |
//! | `[`, `]` | goes on where a line begins, or ends |
//! | `:`, `!` | goes on where a word of `A-Z`, `a-z`, `0-9` and `_` begins or ends, or where none does |
//!
//! Behind the last step the text matches. `^[A-Z]{4,8}$` is `^ 41-5a*4+4 $`, and `x|yz` is
//! `?3 0-10ffff >-2 ?3 78 >3 79 7a`, whose first three steps take what precedes a match.

/// A compiled pattern.
#[derive(Debug)]
pub struct Matcher {
    steps: Vec<Step>,
    /// The first and the last code point of each range of characters.
    ranges: Vec<(u32, u32)>,
}

#[derive(Debug, Clone, Copy)]
enum Step {
    /// Takes a character of the ranges from here to there.
    Take(usize, usize),
    /// Goes on with the next step and with this one.
    Fork(usize),
    /// Goes on with this step.
    Jump(usize),
    /// Goes on at such a place.
    Look(u8),
}

/// The most steps of a matcher: any sensible pattern has fewer, and a set of them fits on the stack.
pub(crate) const MOST_STEPS: usize = 1000;

impl Matcher {
    /// Reads a line of steps. `None` if it is none.
    #[must_use]
    pub fn read(line: &str) -> Option<Self> {
        let mut matcher = Self {
            steps: Vec::new(),
            ranges: Vec::new(),
        };
        for word in line.split(' ') {
            matcher.add(word)?;
            if matcher.steps.len() > MOST_STEPS {
                return None;
            }
        }
        for step in &matcher.steps {
            if let Step::Fork(to) | Step::Jump(to) = step
                && *to > matcher.steps.len()
            {
                return None;
            }
        }
        Some(matcher)
    }

    /// Adds the steps that a word stands for.
    fn add(&mut self, word: &str) -> Option<()> {
        let step = match *word.as_bytes() {
            [b'?', ..] => Step::Fork(self.target(word)?),
            [b'>', ..] => Step::Jump(self.target(word)?),
            [look @ (b'^' | b'$' | b'[' | b']' | b':' | b'!')] => Step::Look(look),
            _ => return self.add_characters(word),
        };
        self.steps.push(step);
        Some(())
    }

    /// The step that a word leads to.
    fn target(&self, word: &str) -> Option<usize> {
        let away = word.get(1..)?.parse().ok()?;
        self.steps.len().checked_add_signed(away)
    }

    fn add_characters(&mut self, word: &str) -> Option<()> {
        let (characters, times) = word.split_once('*').unwrap_or((word, "1+0"));
        let (needed, more) = times.split_once('+')?;
        let (needed, more): (u16, u16) = (needed.parse().ok()?, more.parse().ok()?);
        let start = self.ranges.len();
        for range in characters.split(',') {
            let (first, last) = range.split_once('-').unwrap_or((range, range));
            let first = u32::from_str_radix(first, 16).ok()?;
            let last = u32::from_str_radix(last, 16).ok()?;
            self.ranges.push((first, last));
        }
        let take = Step::Take(start, self.ranges.len());
        for _ in 0..needed {
            self.steps.push(take);
        }
        let end = self.steps.len() + 2 * usize::from(more);
        for _ in 0..more {
            self.steps.push(Step::Fork(end));
            self.steps.push(take);
        }
        Some(())
    }

    /// Whether the pattern occurs in a text. Takes time in proportion to the text's length, whatever the pattern.
    #[must_use]
    pub fn matches(&self, text: &str) -> bool {
        let mut rest = text.chars();
        let (mut before, mut here) = (None, Active::default());
        here.add(0);
        loop {
            let (after, mut there) = (rest.next(), Active::default());
            while let Some(index) = here.next() {
                match self.steps.get(index) {
                    None => return true,
                    Some(Step::Fork(to)) => {
                        here.add(index + 1);
                        here.add(*to);
                    }
                    Some(Step::Jump(to)) => here.add(*to),
                    Some(Step::Look(look)) if is_there(*look, before, after) => here.add(index + 1),
                    Some(Step::Take(from, to)) if self.has(*from, *to, after) => {
                        there.add(index + 1);
                    }
                    Some(_) => {}
                }
            }
            if there.waiting == [0; WORDS] {
                return false;
            }
            (before, here) = (after, there);
        }
    }

    /// Whether a character is of some ranges.
    fn has(&self, from: usize, to: usize, char: Option<char>) -> bool {
        if let (Some(char), Some(ranges)) = (char, self.ranges.get(from..to)) {
            let code = u32::from(char);
            for (first, last) in ranges {
                if *first <= code && code <= *last {
                    return true;
                }
            }
        }
        false
    }
}

/// Whether a place between two characters is what a step looks for.
fn is_there(look: u8, before: Option<char>, after: Option<char>) -> bool {
    match look {
        b'^' => before.is_none(),
        b'$' => after.is_none(),
        b'[' => before.is_none() || before == Some('\n'),
        b']' => after.is_none() || after == Some('\n'),
        b':' => is_of_word(before) != is_of_word(after),
        _ => is_of_word(before) == is_of_word(after),
    }
}

fn is_of_word(char: Option<char>) -> bool {
    match char {
        Some(char) => char.is_ascii_alphanumeric() || char == '_',
        None => false,
    }
}

/// The steps that are gone on with at one place of a text, a bit each.
#[derive(Default)]
struct Active {
    /// Those whose turn is still to come.
    waiting: [u64; WORDS],
    /// All of them.
    known: [u64; WORDS],
}

/// Bits for all steps and for the end behind them.
const WORDS: usize = MOST_STEPS / 64 + 1;

impl Active {
    fn add(&mut self, index: usize) {
        let (word, bit) = (index / 64, 1 << (index % 64));
        if let (Some(waiting), Some(known)) = (self.waiting.get_mut(word), self.known.get_mut(word))
        {
            *waiting |= bit & !*known;
            *known |= bit;
        }
    }

    fn next(&mut self) -> Option<usize> {
        for (index, word) in self.waiting.iter_mut().enumerate() {
            if *word != 0 {
                let bit = word.trailing_zeros() as usize;
                *word &= *word - 1;
                return Some(index * 64 + bit);
            }
        }
        None
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::{MOST_STEPS, Matcher};

    fn matches(line: &str, text: &str) -> bool {
        Matcher::read(line).expect(line).matches(text)
    }

    #[test]
    fn each_step_does_what_the_table_says() {
        for (line, fits, others) in [
            (
                "41-5a,5f $",
                &["A", "Z", "_"][..],
                &["", "@", "a", "AA"][..],
            ),
            (
                "30-39*2+2 $",
                &["00", "123", "4567"],
                &["", "1", "12345", "12a"],
            ),
            ("61 ?2 62 $", &["a", "ab"], &["", "b", "abb"]),
            ("61 ?-1 $", &["a", "aaa"], &["", "aab"]),
            ("?3 78 >2 79 7a $", &["xz", "yz"], &["x", "xyz", "z"]),
            ("?3 0-10ffff >-2 5d $", &["]", "é]😀]"], &["", "]a"]),
            ("61 a [ 62", &["a\nb"], &["ab", "a b"]),
            ("61 ] a 62", &["a\nb"], &["ab", "a b"]),
            ("61 : 20", &["a "], &["ab"]),
            ("e9 ! 20", &["é "], &["é"]),
        ] {
            for text in fits {
                assert!(matches(line, text), "`{line}` on {text:?}");
            }
            for text in others {
                assert!(!matches(line, text), "`{line}` on {text:?}");
            }
        }
    }

    #[test]
    fn a_line_that_leads_nowhere_is_none() {
        for line in [
            "",
            "61  62",
            "?",
            "?1x",
            "?2",
            "61 >-2",
            ">99999999999999999999",
            "^^",
            "g",
            "-",
            "41-",
            "41,",
            "41*",
            "41*1+",
            "41*-1+0",
            "41*1",
            "41*99999+0",
            "1ffffffff",
            "é",
            "?é",
            "61*1001+0",
            "61*0+501",
        ] {
            assert!(Matcher::read(line).is_none(), "{line}");
        }
        assert!(Matcher::read("61*1000+0").is_some());
        let of_steps = |count| Matcher::read(&vec!["61"; count].join(" "));
        assert!(of_steps(MOST_STEPS).is_some());
        assert!(of_steps(MOST_STEPS + 1).is_none());
    }

    #[test]
    fn steps_that_go_round_come_to_an_end() {
        assert!(!matches(">0", "aaa"));
        assert!(!matches("?1 >-1", ""));
        assert!(matches("?2 >-1 ?-1", ""));
        assert!(!matches("?3 61 ?-2 >-3", "aaab"));
    }

    fn lines() -> impl Strategy<Value = String> {
        let word = r"[?>]-?[0-4]|[0-9a-f]{1,2}(-[0-9a-f]{2,5})?([*][0-9][+][0-9])?|[\]\[:!^$]";
        let words = proptest::collection::vec(word, 1..20);
        prop_oneof![words.prop_map(|words| words.join(" ")), ".{0,20}"]
    }

    proptest! {
        #[test]
        fn any_line_is_read_and_run(line in lines(), text in ".{0,20}") {
            if let Some(matcher) = Matcher::read(&line) {
                let found = matcher.matches(&text);
                prop_assert_eq!(found, matcher.matches(&text));
            }
        }
    }
}
