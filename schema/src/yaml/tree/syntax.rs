//! What a person most likely did where a file is no YAML. The scanner only tells where it gave up.

use crate::plan::Span;
use crate::yaml::checks::structure;
use crate::yaml::diagnostic::Diagnostic;

/// Explains why the scanner stopped at byte `at`, in words of its own; `open` is where the innermost open list or
/// mapping begins.
pub(super) fn explain(
    file: usize,
    text: &str,
    at: usize,
    scanner: &str,
    open: Option<Span>,
) -> Diagnostic {
    let stop = Stop { text, at };
    let cause = stop.cause(scanner, open).unwrap_or_else(|| Cause {
        problem: scanner.to_owned(),
        place: at..stop.char_end(),
        help: "put a text that holds special signs in quotes".to_owned(),
    });
    let span = Span {
        file,
        start: cause.place.start,
        end: cause.place.end,
    };
    let message = format!("this is no YAML: {}", cause.problem);
    Diagnostic::new(&structure::YAML_SYNTAX, message, span)
        .label("here")
        .help(cause.help)
}

struct Cause {
    problem: String,
    place: std::ops::Range<usize>,
    help: String,
}

/// Where the scanner stopped.
struct Stop<'a> {
    text: &'a str,
    at: usize,
}

impl Stop<'_> {
    fn cause(&self, scanner: &str, open: Option<Span>) -> Option<Cause> {
        let is_flow = |span: &Span| self.rest(span.start).starts_with(['{', '[']);
        if scanner.contains("tab") {
            self.tab()
        } else if scanner.contains("quoted scalar") {
            Some(self.here("quotes that are not closed", "close the quotes"))
        } else if scanner.contains("simple key expect") {
            Some(self.no_colon())
        } else if let Some(open) = open.filter(is_flow) {
            let (opener, closer) = match self.rest(open.start).starts_with('{') {
                true => ('{', '}'),
                false => ('[', ']'),
            };
            scanner.contains("flow").then(|| Cause {
                problem: format!("`{opener}` is not closed, or a comma is missing after it"),
                place: open.start..open.start + 1,
                help: format!("write `{closer}` at its end, and commas between what it holds"),
            })
        } else if scanner.contains("mapping values are not allowed") {
            Some(self.second_colon())
        } else {
            (scanner.contains("did not find expected key")).then(|| self.misplaced())
        }
    }

    /// A tab in the indentation of the line, or of one that follows it.
    fn tab(&self) -> Option<Cause> {
        let mut start = self.line_start();
        for line in self.rest(start).split_inclusive('\n') {
            let indentation = line.len() - line.trim_start_matches([' ', '\t']).len();
            if let Some(tab) = line.get(..indentation).and_then(|blank| blank.find('\t')) {
                return Some(Cause {
                    problem: "a tab in the indentation".to_owned(),
                    place: start + tab..start + tab + 1,
                    help: "indent with spaces".to_owned(),
                });
            }
            start += line.len();
        }
        None
    }

    /// The line before that is not empty, and where it begins.
    fn line_before(&self) -> (usize, &str) {
        let before = self.text.get(..self.line_start()).unwrap_or_default();
        let before = before.trim_end();
        let start = before.rfind('\n').map_or(0, |line_end| line_end + 1);
        (start, before.get(start..).unwrap_or_default())
    }

    /// A line without `: `, which the scanner only misses once it is over.
    fn no_colon(&self) -> Cause {
        let (start, line) = self.line_before();
        let word = line.trim_start();
        let help = match word.split_once(':') {
            Some((key, value)) => {
                format!("write a space after the colon: `{key}: {}`", value.trim())
            }
            None => format!("write a key, a colon and a value: `{word}: …`"),
        };
        Cause {
            problem: "this line has no key".to_owned(),
            place: start + line.len() - word.len()..start + line.len(),
            help,
        }
    }

    /// A colon in a text, or a line that stands too deep below a value.
    fn second_colon(&self) -> Cause {
        let line = self.text.get(self.line_start()..self.at);
        if line.is_some_and(|line| line.contains(": ")) {
            self.here(
                "a second colon in the line",
                "put the text behind the first colon in quotes",
            )
        } else if matches!(self.line_before(), (_, line) if !line.contains(": ") && !line.ends_with(':'))
        {
            self.no_colon()
        } else {
            self.misplaced()
        }
    }

    fn misplaced(&self) -> Cause {
        let start = self.line_start();
        let line = self.rest(start).lines().next().unwrap_or_default();
        let word = line.trim_start();
        let begin = start + line.len() - word.len();
        Cause {
            problem: "this line is not indented as the lines beside it".to_owned(),
            place: begin..begin + word.trim_end().len(),
            help: "begin it below the line that it belongs beside".to_owned(),
        }
    }

    fn here(&self, problem: &str, help: &str) -> Cause {
        Cause {
            problem: problem.to_owned(),
            place: self.at..self.char_end(),
            help: help.to_owned(),
        }
    }

    fn rest(&self, from: usize) -> &str {
        self.text.get(from..).unwrap_or_default()
    }

    fn line_start(&self) -> usize {
        let before = self.text.get(..self.at).unwrap_or_default();
        before.rfind('\n').map_or(0, |line_end| line_end + 1)
    }

    fn char_end(&self) -> usize {
        let next = self.rest(self.at).chars().next();
        next.map_or(self.at, |char| self.at + char.len_utf8())
    }
}

#[cfg(test)]
mod tests {
    use crate::yaml::tree::parse;

    /// The place as the text there, the problem, and the help.
    fn explained(text: &str) -> (String, String, String) {
        let finding = parse(0, text).expect_err("this is no YAML");
        let span = finding.span.expect("a place");
        let problem = finding.message.replace("this is no YAML: ", "");
        let help = finding.help.expect("says what to do");
        (text[span.start..span.end].to_owned(), problem, help)
    }

    #[test]
    fn what_people_do_is_told_at_its_place() {
        let cases = [
            ("a:\n  b: c\n\td: e\n", "\t", "indent with spaces"),
            ("a:\n\tb: c\n", "\t", "indent with spaces"),
            (
                "a:\n  größe:critical\n  c: d\n",
                "größe:critical",
                "write a space after the colon: `größe: critical`",
            ),
            (
                "a:\n  b\n  c: d\n",
                "b",
                "write a key, a colon and a value: `b: …`",
            ),
            (
                "a:\r\n    b: c\r\n   d: e\r\n",
                "d: e",
                "begin it below the line that it belongs beside",
            ),
            (
                "a:\n  b: c\n    d: e\n",
                "d: e",
                "begin it below the line that it belongs beside",
            ),
            (
                "a: one: two\n",
                ":",
                "put the text behind the first colon in quotes",
            ),
            (
                "a: { b: { c: d }\ne: f\n",
                "{",
                "write `}` at its end, and commas between what it holds",
            ),
            (
                "a: [b, c\n",
                "[",
                "write `]` at its end, and commas between what it holds",
            ),
            ("a: \"open\nb: c\n", "\"", "close the quotes"),
            (
                "a: @work\n",
                "@",
                "put a text that holds special signs in quotes",
            ),
        ];
        for (text, place, help) in cases {
            let explained = explained(text);
            assert_eq!(
                (explained.0.as_str(), explained.2.as_str()),
                (place, help),
                "{text}"
            );
        }
    }
}
