//! What the command prints: a line per event, a line per violation below it, and a summary.

use std::fmt::Write as _;
use std::io::{IsTerminal, Write as _, stderr, stdout};

use anstyle::{AnsiColor, Effects, Style};
use serde_json::{Value, json};

use super::store::{Arrival, Received, Refused, Tally, Totals};

const RED: Style = AnsiColor::Red.on_default();
const GREEN: Style = AnsiColor::Green.on_default();
const BOLD: Style = Style::new().effects(Effects::BOLD);
const DIM: Style = Style::new().effects(Effects::DIMMED);
/// Below the time of an event.
const INDENT: &str = "          ";

/// How arrivals are printed.
pub(crate) enum Printer {
    /// A JSON object per line, and all else to standard error.
    Json,
    /// For a person.
    Text(Text),
}

impl Printer {
    /// Text, coloured and cut to its width if standard output is a terminal.
    pub(crate) fn terminal() -> Self {
        let is_terminal = stdout().is_terminal();
        let no_colour = std::env::var_os("NO_COLOR").is_some_and(|value| !value.is_empty());
        let width = terminal_size::terminal_size().map(|(width, _)| usize::from(width.0));
        Self::Text(Text {
            colour: is_terminal && !no_colour,
            width: width.filter(|_| is_terminal),
        })
    }

    /// What to do to be seen here.
    pub(super) fn start(&self, url: &str) {
        let help = format!(
            "collecting for the tracking plan; Ctrl-C ends it. Start your program with:\n\n    \
             POSTHOG_HOST={url} POSTHOG_API_KEY=phc_any\n"
        );
        match self {
            Self::Json => _ = writeln!(stderr(), "{help}"),
            Self::Text(_) => print(&format!("{help}\n")),
        }
    }

    /// One arrival.
    pub(crate) fn arrival(&self, arrival: &Arrival) {
        let now = jiff::ZonedDateTime::now().strftime("%H:%M:%S").to_string();
        let lines = match (self, arrival) {
            (Self::Json, Arrival::Event(event)) => format!("{}\n", event.to_json()),
            (Self::Json, Arrival::Refused(refused)) => format!("{}\n", refused_json(refused)),
            (Self::Text(text), Arrival::Event(event)) => text.event(&now, event),
            (Self::Text(text), Arrival::Refused(refused)) => text.refused(&now, refused),
        };
        print(&lines);
    }

    /// Says that arrivals came faster than they could be printed.
    pub(crate) fn missed(&self, missed: u64) {
        let message = format!("{missed} arrivals came too fast to be printed; they are counted");
        let _ = writeln!(stderr(), "{message}");
    }

    /// Counts by event.
    pub(super) fn summary(&self, tallies: &[(String, Tally)], totals: Totals, planned: usize) {
        match self {
            Self::Json => {
                let plain = Text {
                    colour: false,
                    width: None,
                };
                let _ = write!(stderr(), "{}", plain.summary(tallies, totals, planned));
            }
            Self::Text(text) => print(&text.summary(tallies, totals, planned)),
        }
    }
}

/// Writes at once; a reader that is gone is no reason to fail.
fn print(text: &str) {
    let mut stdout = stdout().lock();
    let _ = stdout.write_all(text.as_bytes());
    let _ = stdout.flush();
}

fn refused_json(refused: &Refused) -> Value {
    json!({ "refused": refused.reason, "path": refused.path, "status": refused.status })
}

/// Lines for a person.
pub(crate) struct Text {
    colour: bool,
    /// Columns of the terminal.
    width: Option<usize>,
}

impl Text {
    fn event(&self, now: &str, event: &Received) -> String {
        let mut line = Line::new(self);
        line.put(DIM, &format!("{now}  "));
        line.put(
            DIM,
            &format!("{:<10}  ", event.tier.as_deref().unwrap_or("-")),
        );
        let style = if event.violations.is_empty() {
            BOLD
        } else {
            BOLD.fg_color(Some(AnsiColor::Red.into()))
        };
        line.put(style, &event.name);
        if event.duplicates > 0 {
            line.put(DIM, &format!("  (again, {})", event.duplicates));
        }
        line.put(Style::new(), &format!("  {}", event.distinct_id));
        for (group, key) in event.groups() {
            line.put(Style::new(), &format!("  {group}={}", bare(key)));
        }
        let mut separator = "  ";
        for (name, value) in event.own_properties() {
            line.put(DIM, &format!("{separator}{name}="));
            line.put(Style::new(), &value.to_string());
            separator = " ";
        }
        let mut lines = line.end();
        // A duplicate has been complained about.
        if event.duplicates == 0 {
            for violation in &event.violations {
                let place = violation.place.as_deref();
                let place = place.map_or_else(String::new, |place| format!(" ({place})"));
                self.whole(
                    RED,
                    &format!("{}: {}{place}", violation.code, violation.message),
                    &mut lines,
                );
                if let Some(help) = &violation.help {
                    self.whole(DIM, &format!("help: {help}"), &mut lines);
                }
            }
        }
        lines
    }

    fn refused(&self, now: &str, refused: &Refused) -> String {
        let mut line = Line::new(self);
        line.put(DIM, &format!("{now}  "));
        line.put(
            RED,
            &format!("refused with {}  {}", refused.status, refused.path),
        );
        let mut lines = line.end();
        self.whole(RED, &refused.reason, &mut lines);
        lines
    }

    /// An indented line that is never cut.
    fn whole(&self, style: Style, text: &str, lines: &mut String) {
        let whole = Self {
            width: None,
            ..*self
        };
        let mut line = Line::new(&whole);
        line.put(style, &format!("{INDENT}{text}"));
        lines.push_str(&line.end());
    }

    fn summary(&self, tallies: &[(String, Tally)], totals: Totals, planned: usize) -> String {
        let mut out = String::from("\n");
        let widest = tallies.iter().map(|(name, _)| name.chars().count()).max();
        let width = widest.unwrap_or_default().max("event".len());
        if !tallies.is_empty() {
            let head = format!(
                "{:<width$}  {:>8}  {:>8}  {:>10}",
                "event", "events", "again", "violations"
            );
            self.row(DIM, &head, &mut out);
        }
        for (name, tally) in tallies {
            let style = if tally.violations > 0 {
                RED
            } else {
                Style::new()
            };
            let row = format!(
                "{name:<width$}  {:>8}  {:>8}  {:>10}",
                tally.events, tally.duplicates, tally.violations
            );
            self.row(style, &row, &mut out);
        }
        let seen = tallies.iter().filter(|(_, tally)| tally.is_planned).count();
        let Totals {
            events,
            duplicates,
            violations,
            refused,
        } = totals;
        let style = if violations + refused > 0 { RED } else { GREEN };
        let totals = format!(
            "{events} events ({seen} of the plan's {planned}), {duplicates} again, {violations} violations, {refused} refused"
        );
        self.row(style, &totals, &mut out);
        out
    }

    fn row(&self, style: Style, text: &str, out: &mut String) {
        let mut line = Line::new(self);
        line.put(style, text);
        out.push_str(&line.end());
    }
}

/// A line under construction, which ends where the terminal does.
struct Line<'a> {
    text: &'a Text,
    line: String,
    /// Columns used.
    used: usize,
}

impl<'a> Line<'a> {
    fn new(text: &'a Text) -> Self {
        Self {
            text,
            line: String::new(),
            used: 0,
        }
    }

    fn put(&mut self, style: Style, text: &str) {
        let room = self
            .text
            .width
            .map_or(usize::MAX, |width| width - self.used.min(width));
        let length = text.chars().count();
        // What clients send must not steer the terminal.
        let safe = |char: char| if char.is_control() { '\u{fffd}' } else { char };
        let mut shown: String = text.chars().map(safe).take(room).collect();
        if length > room && shown.pop().is_some() {
            shown.push('…');
        }
        self.used += length.min(room);
        if shown.is_empty() {
            return;
        }
        if self.text.colour {
            // Writing to a string can't fail.
            let _ = write!(self.line, "{style}{shown}{style:#}");
        } else {
            self.line.push_str(&shown);
        }
    }

    fn end(mut self) -> String {
        self.line.push('\n');
        self.line
    }
}

/// A key without quotes, if it is text.
fn bare(key: &Value) -> String {
    key.as_str().map_or_else(|| key.to_string(), str::to_owned)
}

#[cfg(test)]
mod tests;
