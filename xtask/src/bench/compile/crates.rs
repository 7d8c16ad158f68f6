//! The sources of the crates that are built.

use std::fmt::Write;

/// What the functions of a crate are annotated with.
#[derive(Debug, Clone, Copy)]
pub(super) enum Annotation {
    None,
    Tracked,
    Tracing,
}

impl Annotation {
    pub(super) const ALL: [Self; 3] = [Self::None, Self::Tracked, Self::Tracing];

    pub(super) const fn name(self) -> &'static str {
        match self {
            Self::None => "none",
            Self::Tracked => "tracked",
            Self::Tracing => "tracing",
        }
    }

    /// Five fields or properties, all of them expressions. Actor and groups come from the context, as in a server.
    fn render(self, index: usize) -> String {
        match self {
            Self::None => String::new(),
            Self::Tracked => format!(
                "#[trackplan::tracked(\"thing_{index}_exported\", item_count = rows, name = &team.name, is_first = filter.is_some(), ratio = user.score, \
                 total = team.total)]\n"
            ),
            Self::Tracing => {
                "#[tracing::instrument(skip_all, fields(item_count = rows, name = &team.name, \
                 is_first = filter.is_some(), ratio = user.score, total = team.total))]\n"
                    .to_owned()
            }
        }
    }
}

/// What kind of functions they are.
#[derive(Debug, Clone, Copy)]
pub(super) enum Style {
    Sync,
    /// They own their arguments.
    Async,
    /// They are async and borrow their arguments.
    Borrowing,
}

impl Style {
    pub(super) const fn name(self) -> &'static str {
        match self {
            Self::Sync => "sync",
            Self::Async => "async",
            Self::Borrowing => "borrowing",
        }
    }
}

/// How the events of a plan are given as structs.
#[derive(Debug, Clone, Copy)]
pub(super) enum Structs {
    /// Written out, with `#[derive(Serialize)]`.
    Serialize,
    /// `#[event("…")] pub struct …;`
    OnDemand,
}

/// What precedes the number that an incremental build changes.
pub(super) const TOUCHED: &str = "let touched =";

const SHARED: &str = "\
#[derive(Debug)]
pub struct Error;
#[derive(Debug, Clone)]
pub struct User { pub id: String, pub score: f64 }
#[derive(Debug, Clone)]
pub struct Team { pub slug: String, pub name: String, pub total: u64 }
pub fn load(rows: u64) -> Result<u64, Error> { if rows == 0 { Err(Error) } else { Ok(rows) } }
pub async fn store(rows: u64) -> Result<u64, Error> { load(rows) }
";

/// A plan of so many events, with five properties each.
pub(super) fn plan(events: usize) -> String {
    let mut text = String::from(
        "plan: bench\ngroups:\n  team: { key: team_slug, description: A team. }\nevents:\n",
    );
    for index in 0..events {
        _ = write!(
            text,
            "  thing_{index}_exported:\n    description: Somebody exported the thing {index}.\n    scope: team\n    \
             properties:\n      item_count: {{ type: integer, min: 0 }}\n      name: {{ type: string, pii: none }}\n      \
             is_first: boolean\n      ratio: number\n      total: {{ type: integer, min: 0 }}\n"
        );
    }
    text.replace(", description: A team.", "")
}

/// Functions like the handlers of a web server, each put into a table as a router does.
pub(super) fn functions(count: usize, style: Style, annotation: Annotation) -> String {
    let (keyword, stored) = match style {
        Style::Sync => ("fn", "load(rows)?"),
        Style::Async | Style::Borrowing => ("async fn", "store(rows).await?"),
    };
    let (arguments, name, call) = match style {
        Style::Sync => (OWNED, "filter.unwrap_or(team.name)", ""),
        Style::Async => (
            OWNED,
            "filter.unwrap_or(team.name)",
            "(user.clone(), team.clone(), 1, None)",
        ),
        Style::Borrowing => (
            "user: &User, team: &Team, rows: u64, filter: Option<&str>",
            "filter.unwrap_or(&team.name)",
            "(user, team, 1, None)",
        ),
    };
    let (mut text, mut calls) = (String::from(SHARED), String::new());
    for index in 0..count {
        let (touched, kept) = if index == count / 2 {
            (TOUCHED, "touched")
        } else {
            ("let kept =", "kept")
        };
        text.push_str(&annotation.render(index));
        _ = write!(
            text,
            "pub {keyword} handler_{index}({arguments}) -> Result<u64, Error> {{\n    {touched} {index};\n    \
             let stored = {stored};\n    let name = {name};\n    \
             if name.is_empty() {{ return Err(Error); }}\n    \
             Ok(stored + {kept} + user.id.len() as u64)\n}}\n"
        );
        calls.push_str(&match style {
            Style::Sync => format!("handler_{index},\n"),
            Style::Async | Style::Borrowing => format!("Box::pin(handler_{index}{call}),\n"),
        });
    }
    text.push_str(match style {
        Style::Sync => SYNC_TABLE,
        Style::Async => ASYNC_TABLE,
        Style::Borrowing => BORROWING_TABLE,
    });
    text.replace("CALLS", &calls)
}

const OWNED: &str = "user: User, team: Team, rows: u64, filter: Option<String>";

const ASYNC_TABLE: &str = "
type Future = std::pin::Pin<Box<dyn std::future::Future<Output = Result<u64, Error>> + Send>>;
pub fn all(user: &User, team: &Team) -> Vec<Future> { vec![CALLS] }
";

const BORROWING_TABLE: &str = "
type Future<'a> = std::pin::Pin<Box<dyn std::future::Future<Output = Result<u64, Error>> + Send + 'a>>;
pub fn all<'a>(user: &'a User, team: &'a Team) -> Vec<Future<'a>> { vec![CALLS] }
";

const SYNC_TABLE: &str = "
type Function = fn(User, Team, u64, Option<String>) -> Result<u64, Error>;
pub static ALL: &[Function] = &[CALLS];
";

/// The events of [`plan`] as structs.
pub(super) fn structs(count: usize, structs: Structs) -> String {
    (0..count)
        .map(|index| match structs {
            Structs::OnDemand => format!(
                "/// An event.\n#[trackplan::event(\"thing_{index}_exported\")]\npub struct Thing{index}Exported;\n"
            ),
            Structs::Serialize => format!(
                "/// An event.\n#[derive(serde::Serialize)]\npub struct Thing{index}Exported<'a> {{\n    \
                 /// A property.\n    pub item_count: i64,\n    /// A property.\n    pub name: &'a str,\n    \
                 /// A property.\n    pub is_first: bool,\n    /// A property.\n    pub ratio: f64,\n    \
                 /// A property.\n    pub total: i64,\n}}\n"
            ),
        })
        .collect()
}
