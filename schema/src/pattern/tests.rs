use proptest::prelude::*;

use super::{Error, compile, matcher};

#[test]
fn a_pattern_is_found_as_the_dialect_says() {
    for (pattern, fits, others) in [
        ("", &["", "a"][..], &[][..]),
        ("b", &["b", "abc", "bb"], &["", "a"]),
        ("^b", &["b", "bc"], &["ab", ""]),
        ("b$", &["b", "ab"], &["bc", "b\n"]),
        ("^$", &[""], &["a", "\n"]),
        (r"^[A-Z]{2}-\d+$|x", &["AB-12", "axa"], &["AB-12 ", "ab-1"]),
        ("^(a|bc|)d$", &["ad", "bcd", "d"], &["bd", "abcd"]),
        (
            "^(?:ab?){2,3}$",
            &["aa", "abab", "aaba"],
            &["a", "aaaa", "abb"],
        ),
        ("^(a{2}){2,}$", &["aaaa", "aaaaaa"], &["aa", "aaaaa"]),
        ("^a{0}b{1}$", &["b"], &["ab"]),
        ("^a{2,}?$", &["aa", "aaa"], &["a"]),
        ("^x*y+z?$", &["y", "xxyyz"], &["x", "xz", "yzz"]),
        ("^(a*)*$", &["", "aaa"], &["b"]),
        ("^(a*|b)+$", &["", "abba"], &["abc"]),
        (
            r"^\d\w\s$",
            &["1_ ", "9a\u{b}"],
            &["١_ ", "1é ", "1a\u{a0}"],
        ),
        (r"^[^\d\s]$", &["a", "é", "١"], &["1", " "]),
        (r"^[\W_]$", &["_", "-", "é"], &["a", "1"]),
        (r"^\D\S$", &["ab", "é😀"], &["1a", "a\t"]),
        (r"^[\w.-]+$", &["a.b-c_1"], &["a b", "é"]),
        (r"(?x) ^ \s [\s a] $", &["\t ", " a"], &["ab"]),
        ("^[^a-y]$", &["z", "😀", "\n"], &["b", ""]),
        ("^[[:upper:]&&[^X]]$", &["A"], &["X", "a"]),
        (r"^[^\s\S]$", &[], &["", "a"]),
        ("^.$", &["a", "é", "\r"], &["\n", ""]),
        ("(?s)^.$", &["\n"], &["ab"]),
        ("(?m)^b$", &["b", "a\nb\nc"], &["ab\n", "b\r\n"]),
        (r"(?m)\Ab\z", &["b"], &["a\nb", "b\n"]),
        (r"\bid\b", &["id", "an id.", "éidé"], &["idea", "_id"]),
        (r"a\B", &["ab"], &["a", "a-"]),
        ("^(?i)a(?-i)b$", &["ab", "Ab"], &["AB"]),
        ("^a(?i:é|[k-m])$", &["aé", "aÉ", "aK", "al"], &["Aé", "aj"]),
        ("日本?", &["x日", "日本"], &["本"]),
        (r"^\x41\u{1F600}\.$", &["A😀."], &["A😀x"]),
    ] {
        let matcher = matcher(pattern).expect(pattern);
        for text in fits {
            assert!(matcher.matches(text), "`{pattern}` on {text:?}");
        }
        for text in others {
            assert!(!matcher.matches(text), "`{pattern}` on {text:?}");
        }
    }
}

#[test]
fn steps_are_few_and_always_the_same() {
    for (pattern, steps) in [
        ("^[A-Z]{4,8}$", "^ 41-5a*4+4 $"),
        ("x|yz", "?3 0-10ffff >-2 ?3 78 >3 79 7a"),
        (r"^[a-z]+/\d+$", "^ 61-7a ?-1 2f 30-39 ?-1 $"),
        ("^(ab){1,3}", "^ 61 62 ?6 61 62 ?3 61 62"),
        ("^a{3,}b?", "^ 61*3+0 ?-1 ?2 62"),
        (r"^\w*[é\s]", "^ ?3 30-39,41-5a,5f,61-7a >-2 9-d,20,e9"),
        (
            "(?m)^a|b|cd$",
            "?3 0-10ffff >-2 ?4 [ 61 >7 ?3 62 >4 63 64 ]",
        ),
    ] {
        assert_eq!(compile(pattern).as_deref(), Ok(steps), "{pattern}");
    }
}

#[test]
fn what_can_not_be_a_pattern_says_why() {
    for (pattern, why) in [
        ("(", "unclosed group"),
        ("[a-", "unclosed character class"),
        ("*", "repetition operator missing expression"),
        (r"(a)\1", "backreferences are not supported"),
        (
            "(?=a)",
            "look-around, including look-ahead and look-behind, is not supported",
        ),
        (
            r"\p{Lu}",
            r"Unicode classes such as `\p{Lu}` are not supported",
        ),
        (
            r"[a\PL]",
            r"Unicode classes such as `\p{Lu}` are not supported",
        ),
        (
            r"\b{start}a",
            r"one end of a word alone is not supported; `\b` is either end",
        ),
        (
            "(?Rm)^a",
            r"lines that end with `\r` (`(?R)`) are not supported",
        ),
        (r"(?-u)\xff", "pattern can match invalid UTF-8"),
        (
            "a{1000}{1000}{1000}",
            "it is too large: with its repetitions written out it has more than 1000 steps",
        ),
        (
            ".{0,4000000000}",
            "it is too large: with its repetitions written out it has more than 1000 steps",
        ),
        (
            "(ab{0,9}){999}",
            "it is too large: with its repetitions written out it has more than 1000 steps",
        ),
    ] {
        let problem = compile(pattern).expect_err(pattern).to_string();
        assert_eq!(problem, why, "{pattern}");
    }
    assert!(compile("^.{0,500}").is_err());
    assert!(compile("^.{0,499}").is_ok());
    assert!(compile(&"(".repeat(100_000)).is_err());
    assert!(compile(&format!("{}{}", "(".repeat(240), ")".repeat(240))).is_ok());
}

/// Engines that go back try each way on its own, and there are more of them than they have time for.
#[test]
fn patterns_with_many_ways_take_no_longer() {
    let text = "a".repeat(100_000);
    for (pattern, is_match) in [
        ("(a*)*b", false),
        ("^(a|a)*$", true),
        ("^(a?){30}a{30}$", false),
        ("(x+x+)+y|(.*)*z", false),
    ] {
        assert_eq!(
            matcher(pattern).expect(pattern).matches(&text),
            is_match,
            "{pattern}"
        );
    }
    let thirty = "a".repeat(30);
    assert!(
        matcher("^(a?){30}a{30}$")
            .expect("a pattern")
            .matches(&thirty)
    );
}

/// Patterns of which `regex-lite` has the same opinion. It folds the cases of ASCII alone.
fn patterns() -> impl Strategy<Value = String> {
    let leaf = prop_oneof![
        "[a-cK1日]{1,2}",
        r"\\[dDsSwWbB]|\.|\^|\$|\\A|\\z",
        r"\[\^?([a-cK_日1]|a-c|0-2|\\[dDsSwW]|\\n|\\-){1,3}\]",
        Just(r"\n".to_owned()),
    ];
    let repeated = r"[*+?]|\{[0-3]\}|\{[0-2],\}|\{[0-2],[2-4]\}";
    leaf.prop_recursive(4, 24, 3, move |inner| {
        let group = r"\(|\(\?:|\(\?i:|\(\?m:|\(\?s:|\(\?i-s:";
        prop_oneof![
            (inner.clone(), inner.clone()).prop_map(|(left, right)| left + &right),
            (inner.clone(), inner.clone()).prop_map(|(left, right)| format!("(?:{left}|{right})")),
            (group, inner.clone()).prop_map(|(group, inner)| format!("{group}{inner})")),
            (inner.clone(), repeated, "[?]?")
                .prop_map(|(inner, times, lazy)| format!("(?:{inner}){times}{lazy}")),
            inner.prop_map(|inner| format!("^{inner}$")),
        ]
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(1000))]

    #[test]
    fn another_engine_agrees(pattern in patterns(), texts in prop::collection::vec("[a-cAkK_1 \\n日é-]{0,8}", 8)) {
        let other = regex_lite::Regex::new(&pattern);
        match matcher(&pattern) {
            Ok(matcher) => {
                let other = other.expect(&pattern);
                for text in &texts {
                    prop_assert_eq!(matcher.matches(text), other.is_match(text), "`{}` on {:?}", pattern, text);
                }
            }
            Err(problem) => prop_assert_eq!(problem, Error::TooLarge, "`{}`", pattern),
        }
    }

    #[test]
    fn any_text_compiles_or_says_why(pattern in ".{0,30}") {
        match compile(&pattern) {
            Ok(_) => prop_assert!(matcher(&pattern).is_ok()),
            Err(problem) => prop_assert!(!problem.to_string().is_empty()),
        }
    }
}
