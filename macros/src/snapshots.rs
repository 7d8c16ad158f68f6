//! What typical uses expand to, as text that is read in reviews: `macros/expansions/`, with this repo's plan.

use std::fs;
use std::path::Path;

use proc_macro2::TokenStream;

use crate::parse::Form;
use crate::structs::Target;
use crate::{expand, function, generate, plan_enum, structs};

fn tokens(text: &str) -> TokenStream {
    text.parse().expect("a use that lexes")
}

fn call(form: Form, arguments: &str) -> TokenStream {
    let call = expand::call(form, tokens(arguments));
    // `prettyplease` formats files.
    tokens(&format!("fn main() {{ {call}; }}"))
}

fn tracked(arguments: &str, item: &str) -> TokenStream {
    function::tracked(tokens(arguments), &tokens(item))
}

/// The expansion, formatted, the same on every machine.
fn formatted(expansion: &TokenStream) -> String {
    let repo = Path::new(env!("CARGO_MANIFEST_DIR")).with_file_name("");
    let text = expansion.to_string();
    let text = text.replace(&*repo.to_string_lossy(), "/repo/");
    prettyplease::unparse(&syn::parse_file(&text).expect("Rust"))
}

#[test]
fn expansions_are_as_they_were_reviewed() {
    let exported = "format = \"csv\", has_filters = filter.is_some(), row_count = rows.len()";
    let uses = [
        (
            "track",
            call(
                Form::Track,
                &format!(
                    "\"pr_list_exported\", actor = &user, groups(team = &team.slug), {exported}"
                ),
            ),
        ),
        (
            "track-literals",
            call(
                Form::Track,
                "\"pr_list_exported\", format = \"csv\", has_filters = true, row_count = 12",
            ),
        ),
        ("track-struct", call(Form::Track, "exported, actor = &user")),
        (
            "identify",
            call(
                Form::Identify,
                "actor = &user, role = Role::Admin, signup_source = \"email\"",
            ),
        ),
        (
            "group",
            call(
                Form::Group,
                "\"team\", key = &team.slug, plan = \"pro\", repos_tracked = repos.len()",
            ),
        ),
        (
            "tracked-async",
            tracked(
                &format!("\"pr_list_exported\", {exported}"),
                "async fn export(filter: Option<Filter>, rows: Vec<Row>) -> Result<Export, AppError> { write(rows).await }",
            ),
        ),
        (
            "tracked-outcome",
            tracked(
                "\"pr_list_exported\", on = Ok(export), when = !export.is_empty, actor = &export.user, format = \"csv\", \
                 has_filters = filter.is_some(), row_count = export.rows",
                "async fn export(filter: Option<Filter>) -> Result<Export, AppError> { write(filter).await }",
            ),
        ),
        (
            "tracked-borrowing",
            tracked(
                &format!("\"pr_list_exported\", {exported}"),
                "async fn export(&self, filter: Option<&Filter>) -> Export { self.write(filter).await }",
            ),
        ),
        (
            "tracked-sync",
            tracked(
                &format!("\"pr_list_exported\", {exported}"),
                "pub fn export(rows: &mut Rows) -> &mut Row { rows.first() }",
            ),
        ),
        (
            "derive-event",
            structs::derive(
                Target::Event,
                tokens(
                    "#[event(\"pr_list_exported\")] struct Exported<'a> \
                     { team_slug: &'a str, format: Format, row_count: u64, has_filters: bool }",
                ),
            ),
        ),
        (
            "event",
            generate::event(
                tokens("\"pr_list_exported\""),
                &tokens("pub struct Exported;"),
            ),
        ),
        (
            "plan-enum",
            plan_enum::derive(tokens(
                "#[plan_enum(\"pr_list_exported.format\")] enum Format { Csv, Json }",
            )),
        ),
    ];
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("expansions");
    let mut changed = Vec::new();
    for (name, expansion) in uses {
        let file = folder.join(format!("{name}.rs"));
        let text = formatted(&expansion);
        if fs::read_to_string(&file).ok().as_ref() != Some(&text) {
            if std::env::var_os("ACCEPT_EXPANSIONS").is_some() {
                fs::write(&file, text).expect("written");
            } else {
                changed.push(format!("{name}:\n{text}"));
            }
        }
    }
    assert!(
        changed.is_empty(),
        "expansions changed; accept them with ACCEPT_EXPANSIONS=1:\n{}",
        changed.join("\n")
    );
}
