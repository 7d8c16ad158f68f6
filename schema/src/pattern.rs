//! The regular expressions of texts: how a `pattern` becomes the steps of a [`Matcher`].
//!
//! The dialect is that of the crate `regex` without Unicode classes (`\p{…}`). `\d`, `\w`, `\s` and `\b` know ASCII alone,
//! as in JavaScript; `(?i)` knows the letters of all scripts.

use std::fmt::{self, Display};

use regex_syntax::ast::{self, Ast, ClassPerl, ClassPerlKind, ClassSetItem, Span};
use regex_syntax::hir::translate::Translator;
use regex_syntax::hir::{Class, Hir, HirKind, Look, Repetition};

use crate::matcher::{MOST_STEPS, Matcher};

/// Why a text can't be a `pattern`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Error {
    /// It is no regular expression of the dialect; says what is wrong with it.
    Unread(String),
    /// With its repetitions written out it has too many steps.
    TooLarge,
}

impl Display for Error {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Unread(problem) => formatter.write_str(problem),
            Self::TooLarge => write!(
                formatter,
                "it is too large: with its repetitions written out it has more than {MOST_STEPS} steps"
            ),
        }
    }
}

impl std::error::Error for Error {}

impl Error {
    fn of(problem: impl Display) -> Self {
        Self::Unread(problem.to_string())
    }
}

/// Compiles a pattern to a line of steps.
///
/// # Errors
///
/// It is no regular expression of the dialect, or too large.
pub fn compile(pattern: &str) -> Result<String, Error> {
    let expression = parse(pattern)?;
    let begins = expression.properties().look_set_prefix();
    let mut steps = Steps::default();
    if !begins.contains(Look::Start) {
        steps.any_number(&Steps::step("0-10ffff"))?;
    }
    steps.append(&Steps::of(&expression)?)?;
    Ok(steps.line)
}

/// The matcher of a pattern.
///
/// # Errors
///
/// As [`compile`].
pub fn matcher(pattern: &str) -> Result<Matcher, Error> {
    let steps = compile(pattern)?;
    let unread = || Error::of(format_args!("it has no steps that can be read: {steps}"));
    Matcher::read(&steps).ok_or_else(unread)
}

fn parse(pattern: &str) -> Result<Hir, Error> {
    let ascii = ast::visit(&tree(pattern)?, PerlClasses::default())?.in_ascii(pattern);
    Translator::new()
        .translate(&ascii, &tree(&ascii)?)
        .map_err(|error| Error::of(error.kind()))
}

fn tree(pattern: &str) -> Result<Ast, Error> {
    ast::parse::Parser::new()
        .parse(pattern)
        .map_err(|error| Error::of(error.kind()))
}

/// Where `\d`, `\w` and `\s` stand, with or without brackets around them, and the brackets that mean the same in ASCII.
#[derive(Default)]
struct PerlClasses(Vec<(Span, String)>);

impl PerlClasses {
    fn add(&mut self, class: &ClassPerl) {
        let characters = match class.kind {
            ClassPerlKind::Digit => "0-9",
            ClassPerlKind::Space => r"\t-\r\x20",
            ClassPerlKind::Word => "0-9A-Z_a-z",
        };
        let not = if class.negated { "^" } else { "" };
        self.0.push((class.span, format!("[{not}{characters}]")));
    }

    fn in_ascii(&self, pattern: &str) -> String {
        let mut ascii = pattern.to_owned();
        for (span, brackets) in self.0.iter().rev() {
            ascii.replace_range(span.start.offset..span.end.offset, brackets);
        }
        ascii
    }
}

const NO_UNICODE: &str = r"Unicode classes such as `\p{Lu}` are not supported";

impl ast::Visitor for PerlClasses {
    type Output = Self;
    type Err = Error;

    fn finish(self) -> Result<Self, Error> {
        Ok(self)
    }

    fn visit_pre(&mut self, tree: &Ast) -> Result<(), Error> {
        match tree {
            Ast::ClassPerl(class) => self.add(class),
            Ast::ClassUnicode(_) => return Err(Error::of(NO_UNICODE)),
            _ => {}
        }
        Ok(())
    }

    fn visit_class_set_item_pre(&mut self, item: &ClassSetItem) -> Result<(), Error> {
        match item {
            ClassSetItem::Perl(class) => self.add(class),
            ClassSetItem::Unicode(_) => return Err(Error::of(NO_UNICODE)),
            _ => {}
        }
        Ok(())
    }
}

/// Steps as text. They may stand anywhere: where they lead is told from where they are.
#[derive(Default)]
struct Steps {
    line: String,
    count: usize,
}

impl Steps {
    fn of(expression: &Hir) -> Result<Self, Error> {
        let mut steps = Self::default();
        match expression.kind() {
            HirKind::Empty => {}
            HirKind::Literal(text) => {
                for char in String::from_utf8_lossy(&text.0).chars() {
                    steps.push(format_args!("{:x}", u32::from(char)))?;
                }
            }
            HirKind::Class(class) => steps.push(characters(class))?,
            HirKind::Look(look) => steps.push(sign(*look)?)?,
            HirKind::Repetition(repetition) => steps.repeat(repetition)?,
            HirKind::Capture(group) => return Self::of(&group.sub),
            HirKind::Concat(parts) => {
                for part in parts {
                    steps.append(&Self::of(part)?)?;
                }
            }
            HirKind::Alternation(parts) => {
                let (last, others) = parts
                    .split_last()
                    .ok_or_else(|| Error::of("it has no alternatives"))?;
                steps = Self::of(last)?;
                for part in others.iter().rev() {
                    steps = Self::of(part)?.or(&steps)?;
                }
            }
        }
        Ok(steps)
    }

    fn step(word: impl Display) -> Self {
        Self {
            line: word.to_string(),
            count: 1,
        }
    }

    fn push(&mut self, word: impl Display) -> Result<(), Error> {
        self.append(&Self::step(word))
    }

    fn append(&mut self, steps: &Self) -> Result<(), Error> {
        self.count = self.count.saturating_add(steps.count);
        if self.count > MOST_STEPS {
            return Err(Error::TooLarge);
        }
        if !self.line.is_empty() && !steps.line.is_empty() {
            self.line.push(' ');
        }
        self.line.push_str(&steps.line);
        Ok(())
    }

    /// These steps or others.
    fn or(self, others: &Self) -> Result<Self, Error> {
        let mut steps = Self::default();
        steps.push(format_args!("?{}", self.count + 2))?;
        steps.append(&self)?;
        steps.push(format_args!(">{}", others.count + 1))?;
        steps.append(others)?;
        Ok(steps)
    }

    fn repeat(&mut self, Repetition { min, max, sub, .. }: &Repetition) -> Result<(), Error> {
        let once = Self::of(sub)?;
        match max {
            Some(max) => self.several(&once, *min, max - min),
            None if *min == 0 => self.any_number(&once),
            None => {
                self.several(&once, *min, 0)?;
                self.push(format_args!("?-{}", once.count))
            }
        }
    }

    fn any_number(&mut self, once: &Self) -> Result<(), Error> {
        self.push(format_args!("?{}", once.count + 2))?;
        self.append(once)?;
        self.push(format_args!(">-{}", once.count + 1))
    }

    /// Whether it is a step of its own that takes a character, which a word can repeat.
    fn is_character(&self) -> bool {
        self.count == 1
            && self
                .line
                .starts_with(|first: char| first.is_ascii_hexdigit())
    }

    /// Steps as often as needed, and then up to so many times more.
    fn several(&mut self, once: &Self, needed: u32, more: u32) -> Result<(), Error> {
        let (needed, more) = (needed as usize, more as usize);
        if once.is_character() && needed.saturating_add(more) > 1 {
            return self.append(&Self {
                line: format!("{}*{needed}+{more}", once.line),
                count: more.saturating_mul(2).saturating_add(needed),
            });
        }
        for _ in 0..needed {
            self.append(once)?;
        }
        for left in (1..=more).rev() {
            self.push(format_args!("?{}", left.saturating_mul(once.count + 1)))?;
            self.append(once)?;
        }
        Ok(())
    }
}

/// `41-5a,5f`
fn characters(class: &Class) -> String {
    let ranges: Vec<(u32, u32)> = match class {
        Class::Unicode(class) => class
            .iter()
            .map(|range| (range.start().into(), range.end().into()))
            .collect(),
        Class::Bytes(class) => class
            .iter()
            .map(|range| (range.start().into(), range.end().into()))
            .collect(),
    };
    if ranges.is_empty() {
        // Behind the last character: none is taken.
        return "110000".to_owned();
    }
    let words: Vec<String> = ranges
        .into_iter()
        .map(|(first, last)| {
            if first == last {
                format!("{first:x}")
            } else {
                format!("{first:x}-{last:x}")
            }
        })
        .collect();
    words.join(",")
}

fn sign(look: Look) -> Result<char, Error> {
    match look {
        Look::Start => Ok('^'),
        Look::End => Ok('$'),
        Look::StartLF => Ok('['),
        Look::EndLF => Ok(']'),
        Look::WordAscii | Look::WordUnicode => Ok(':'),
        Look::WordAsciiNegate | Look::WordUnicodeNegate => Ok('!'),
        Look::StartCRLF | Look::EndCRLF => Err(Error::of(
            r"lines that end with `\r` (`(?R)`) are not supported",
        )),
        _ => Err(Error::of(
            r"one end of a word alone is not supported; `\b` is either end",
        )),
    }
}

#[cfg(test)]
mod tests;
