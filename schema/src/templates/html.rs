//! The start tags of a template and their attributes, with their places.

/// A range of bytes.
pub(super) type Range = std::ops::Range<usize>;

/// A start tag.
#[derive(Debug, Default)]
pub(super) struct Tag<'a> {
    pub(super) attributes: Vec<Attribute<'a>>,
    /// Whether the template writes some of its attributes, by `{{ … }}` or `{% … %}` between them.
    pub(super) is_computed: bool,
}

/// An attribute. Without a value, that is empty and stands where the name ends.
#[derive(Debug)]
pub(super) struct Attribute<'a> {
    pub(super) name: &'a str,
    pub(super) name_at: Range,
    pub(super) value: &'a str,
    pub(super) value_at: Range,
}

impl Attribute<'_> {
    /// Whether the template computes a part of the value.
    pub(super) fn is_computed(&self) -> bool {
        self.value.contains("{{") || self.value.contains("{%")
    }
}

/// The text with spaces in the place of its comments.
pub(super) fn without_comments(text: &str) -> String {
    let mut reader = Reader { text, at: 0 };
    let mut blanked = String::with_capacity(text.len());
    while let Some(char) = reader.peek() {
        let start = reader.at;
        if reader.skip_between("<!--", "-->") || reader.skip_between("{#", "#}") {
            blanked.extend(std::iter::repeat_n(' ', reader.at - start));
        } else {
            reader.at += char.len_utf8();
            blanked.push(char);
        }
    }
    blanked
}

/// Every start tag of a text without comments.
pub(super) fn tags(text: &str) -> Vec<Tag<'_>> {
    let mut reader = Reader { text, at: 0 };
    let mut tags = Vec::new();
    while let Some(char) = reader.peek() {
        if reader.skip_block() {
            continue;
        }
        reader.at += char.len_utf8();
        if char == '<' && reader.peek().is_some_and(|next| next.is_ascii_alphabetic()) {
            reader.word();
            tags.push(reader.tag());
        }
    }
    tags
}

struct Reader<'a> {
    text: &'a str,
    at: usize,
}

impl<'a> Reader<'a> {
    fn rest(&self) -> &'a str {
        self.text.get(self.at..).unwrap_or_default()
    }

    fn peek(&self) -> Option<char> {
        self.rest().chars().next()
    }

    /// Skips what a template computes.
    fn skip_block(&mut self) -> bool {
        self.skip_between("{{", "}}") || self.skip_between("{%", "%}")
    }

    /// Skips what stands between these, if it is closed: minified CSS has a `{#` of its own.
    fn skip_between(&mut self, open: &str, close: &str) -> bool {
        let inner = self.rest().strip_prefix(open);
        let Some(length) = inner.and_then(|inner| inner.find(close)) else {
            return false;
        };
        self.at += open.len() + length + close.len();
        true
    }

    /// The name of a tag or an attribute.
    fn word(&mut self) -> Range {
        let start = self.at;
        let ends = |char: char| char.is_whitespace() || "=>/\"'".contains(char);
        let length = self.rest().find(ends).unwrap_or(self.rest().len());
        self.at += length;
        start..self.at
    }

    /// The attributes behind a tag's name.
    fn tag(&mut self) -> Tag<'a> {
        let mut tag = Tag::default();
        while let Some(char) = self.peek() {
            if self.skip_block() {
                tag.is_computed = true;
            } else if char == '>' {
                break;
            } else if char.is_whitespace() || "=/\"'".contains(char) {
                self.at += char.len_utf8();
            } else {
                let attribute = self.attribute();
                tag.attributes.push(attribute);
            }
        }
        tag
    }

    fn attribute(&mut self) -> Attribute<'a> {
        let name_at = self.word();
        let after = self.at;
        self.skip_space();
        let value_at = if self.peek() == Some('=') {
            self.at += 1;
            self.skip_space();
            self.value()
        } else {
            self.at = after;
            after..after
        };
        Attribute {
            name: self.text.get(name_at.clone()).unwrap_or_default(),
            value: self.text.get(value_at.clone()).unwrap_or_default(),
            name_at,
            value_at,
        }
    }

    fn value(&mut self) -> Range {
        let Some(quote) = self.peek().filter(|char| "\"'".contains(*char)) else {
            return self.word();
        };
        self.at += 1;
        let start = self.at;
        while let Some(char) = self.peek() {
            if self.skip_block() {
                continue;
            }
            if char == quote {
                self.at += 1;
                return start..self.at - 1;
            }
            self.at += char.len_utf8();
        }
        start..self.at
    }

    fn skip_space(&mut self) {
        let rest = self.rest();
        self.at += rest.len() - rest.trim_start().len();
    }
}
