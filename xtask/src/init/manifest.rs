//! The TOML files of a project: what they lack is added; comments, order and layout stay.

use std::path::Path;

use anyhow::{Context, Result, bail};
use toml_edit::{Array, DocumentMut, InlineTable, Item, RawString, Table, TableLike, Value, value};

/// How a project names trackplan.
pub(super) struct Dependencies {
    runtime: InlineTable,
    /// Seen from the project, and from its folder `xtask`.
    xtask: (InlineTable, InlineTable),
}

impl Dependencies {
    /// The repository that this command was built from.
    pub(super) fn repository() -> Self {
        let table = || InlineTable::from_iter([("git", env!("CARGO_PKG_REPOSITORY"))]);
        Self {
            runtime: table(),
            xtask: (table(), table()),
        }
    }

    /// A checkout on this machine, by its path from the project.
    pub(super) fn checkout(folder: &Path, checkout: &Path) -> Result<Self> {
        let table = |from: &Path, package: &str| {
            let target = checkout.join(package);
            let target = std::fs::canonicalize(&target).with_context(|| {
                format!(
                    "{} is no checkout of trackplan: {} is not there",
                    checkout.display(),
                    target.display()
                )
            })?;
            let path = pathdiff::diff_paths(&target, from).unwrap_or(target);
            let path = path.to_str().context("the path of trackplan is no UTF-8")?;
            Ok::<_, anyhow::Error>(InlineTable::from_iter([("path", path.replace('\\', "/"))]))
        };
        Ok(Self {
            runtime: table(folder, "runtime")?,
            xtask: (
                table(folder, "xtask")?,
                table(&folder.join("xtask"), "xtask")?,
            ),
        })
    }

    /// The line of a manifest in the project's folder that depends on the commands.
    pub(super) fn xtask_line(&self) -> String {
        format!("trackplan-xtask = {}", self.xtask.0)
    }
}

/// The manifest of a project that has none.
pub(super) fn new_package(name: &str, dependencies: &Dependencies) -> String {
    format!(
        "[package]\nname = \"{name}\"\nversion = \"0.1.0\"\nedition = \"2024\"\npublish = false\n\n\
         [dependencies]\ntrackplan = {}\n\n[workspace]\nmembers = [\"xtask\"]\n",
        dependencies.runtime
    )
}

/// The manifest of the project's xtask.
pub(super) fn xtask(dependencies: &Dependencies) -> String {
    format!(
        "[package]\nname = \"xtask\"\nversion = \"0.0.0\"\nedition = \"2024\"\npublish = false\n\n\
         # `cargo xtask collect` builds this one when it is asked for: it has a server in it.\n\
         [[bin]]\nname = \"xtask-live\"\nrequired-features = [\"live\"]\n\n\
         [features]\nlive = [\"trackplan-xtask/live\"]\n\n\
         [dependencies]\ntrackplan-xtask = {}\n",
        dependencies.xtask.1
    )
}

/// A manifest with the dependency on trackplan and, if wanted, the member `xtask`; `None` if it has them.
///
/// In a workspace without a package at its root the dependency is one of the workspace.
pub(super) fn with_trackplan(
    text: &str,
    dependencies: &Dependencies,
    wants_xtask: bool,
) -> Result<Option<String>> {
    let mut manifest: DocumentMut = text.parse()?;
    let has_package = manifest.contains_key("package");
    if wants_xtask {
        let workspace = table(manifest.as_table_mut(), "workspace")?;
        let members = workspace
            .entry("members")
            .or_insert_with(|| value(Array::new()));
        let members = members
            .as_array_mut()
            .context("`workspace.members` is no list")?;
        let covers_xtask =
            |member: &Value| matches!(member.as_str(), Some("xtask" | "./xtask" | "*"));
        if !members.iter().any(covers_xtask) {
            push(members, "xtask");
        }
    }
    let holder: &mut dyn TableLike = if has_package {
        manifest.as_table_mut()
    } else {
        table(manifest.as_table_mut(), "workspace")?
    };
    let entries = table(holder, "dependencies")?;
    if !entries.contains_key("trackplan") {
        entries.insert("trackplan", value(dependencies.runtime.clone()));
    }
    let edited = manifest.to_string();
    Ok((edited != text).then_some(edited))
}

/// A cargo configuration with the alias `xtask`; `None` if it has one.
pub(super) fn with_alias(text: &str) -> Result<Option<String>> {
    let mut config: DocumentMut = text.parse()?;
    let aliases = table(config.as_table_mut(), "alias")?;
    if aliases.contains_key("xtask") {
        return Ok(None);
    }
    aliases.insert("xtask", value("run --quiet --package xtask --bin xtask --"));
    Ok(Some(config.to_string()))
}

/// The table of that name, made if it is not there.
fn table<'a>(holder: &'a mut dyn TableLike, name: &str) -> Result<&'a mut dyn TableLike> {
    let entry = holder
        .entry(name)
        .or_insert_with(|| Item::Table(Table::new()));
    match entry.as_table_like_mut() {
        Some(table) => Ok(table),
        None => bail!("`{name}` is no table"),
    }
}

/// Adds a text in the layout of the last one: on a line of its own where that has one.
fn push(list: &mut Array, text: &str) {
    let mut added = Value::from(text);
    let trailing = list.trailing().as_str().unwrap_or_default().to_owned();
    let last = list
        .len()
        .checked_sub(1)
        .and_then(|last| list.get_mut(last));
    if let Some(last) = last {
        let layout = |raw: Option<&RawString>| {
            raw.and_then(|raw| raw.as_str())
                .unwrap_or_default()
                .to_owned()
        };
        let (before, after) = (layout(last.decor().prefix()), layout(last.decor().suffix()));
        last.decor_mut().set_suffix("");
        let prefix = match before.rsplit_once('\n') {
            // What is written behind the last one stays with it.
            Some((_, indent)) => format!("{}\n{indent}", trailing.trim_end()),
            None => " ".to_owned(),
        };
        let is_on_its_line = prefix.contains('\n');
        added.decor_mut().set_prefix(prefix);
        added.decor_mut().set_suffix(after);
        if is_on_its_line && trailing.contains('\n') {
            list.set_trailing("\n");
        }
    }
    list.push_formatted(added);
}

#[cfg(test)]
mod tests {
    use super::{Dependencies, with_alias, with_trackplan};

    fn edited(text: &str) -> String {
        let edited = with_trackplan(text, &Dependencies::repository(), true).expect("TOML");
        let edited = edited.expect("something to add");
        let again = with_trackplan(&edited, &Dependencies::repository(), true).expect("TOML");
        assert_eq!(again, None, "nothing is added twice");
        edited
    }

    #[test]
    fn a_package_becomes_a_workspace() {
        let before = "# Ours.\n[package] # the shop\nname   = 'shop'\n\n[dependencies]\nserde = '1' # why\n\n[profile.dev]\ndebug = 1\n";
        let git = env!("CARGO_PKG_REPOSITORY");
        let after = format!(
            "# Ours.\n[package] # the shop\nname   = 'shop'\n\n[dependencies]\nserde = '1' # why\ntrackplan = {{ git = \"{git}\" }}\n\n\
             [profile.dev]\ndebug = 1\n\n[workspace]\nmembers = [\"xtask\"]\n"
        );
        assert_eq!(edited(before), after);
    }

    #[test]
    fn a_workspace_gets_a_member_and_its_members_a_dependency_to_share() {
        let git = env!("CARGO_PKG_REPOSITORY");
        let before = "[workspace]\nmembers = [\n    # The server.\n    \"server\",\n    \"web\", # pages\n]\nresolver = \"3\"\n";
        let after = format!(
            "[workspace]\nmembers = [\n    # The server.\n    \"server\",\n    \"web\", # pages\n    \"xtask\",\n]\n\
             resolver = \"3\"\n\n[workspace.dependencies]\ntrackplan = {{ git = \"{git}\" }}\n"
        );
        assert_eq!(edited(before), after);
        for (before, after) in [
            ("[\"a\"]", "[\"a\", \"xtask\"]"),
            ("[\"a\", \"b\"]", "[\"a\", \"b\", \"xtask\"]"),
            ("[]", "[\"xtask\"]"),
            ("[\n  # a\n  \"a\"\n]", "[\n  # a\n  \"a\",\n  \"xtask\"\n]"),
            ("[ \"a\" ]", "[ \"a\", \"xtask\" ]"),
        ] {
            let found = edited(&format!("[workspace]\nmembers = {before}\n"));
            assert!(found.contains(&format!("members = {after}\n")), "{found}");
        }
    }

    #[test]
    fn what_can_not_be_edited_is_an_error() {
        for wrong in [
            "[workspace",
            "workspace = 1",
            "[workspace]\nmembers = 1",
            "[package]\n[dependencies]\n[dependencies]",
        ] {
            assert!(
                with_trackplan(wrong, &Dependencies::repository(), true).is_err(),
                "{wrong}"
            );
        }
        assert!(with_alias("alias = 1").is_err());
    }

    #[test]
    fn an_alias_is_added_beside_others_and_never_replaced() {
        let before = "[build] # fast\njobs = 2\n\n[alias]\nb = \"build\"\n";
        let added = "xtask = \"run --quiet --package xtask --bin xtask --\"\n";
        assert_eq!(
            with_alias(before).expect("TOML"),
            Some(format!("{before}{added}"))
        );
        assert_eq!(
            with_alias("").expect("TOML"),
            Some(format!("[alias]\n{added}"))
        );
        assert_eq!(
            with_alias("[alias]\nxtask = \"run -p tools --\"\n").expect("TOML"),
            None
        );
    }
}
