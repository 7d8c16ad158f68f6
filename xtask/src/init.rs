//! `init`: everything that a first event needs, in a new or an existing cargo project.

mod manifest;

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode};

use anyhow::{Context, Result, bail};
use clap::Args;

use manifest::Dependencies;

/// What `init` is told.
#[derive(Debug, Args)]
pub(crate) struct Arguments {
    /// The project: a folder with a Cargo.toml, or one for a new project
    #[arg(default_value = ".")]
    folder: PathBuf,
    /// Depend on this checkout of trackplan instead of its repository
    #[arg(long, value_name = "PATH")]
    trackplan: Option<PathBuf>,
}

/// What `init` does with a file, decided before the first one is written.
enum Step {
    Write(&'static str, String),
    Edit(&'static str, String),
    LeaveAlone(&'static str, &'static str),
}

/// Writes what is missing and says what is left to do. Nothing that is there is overwritten: Cargo.toml and
/// .cargo/config.toml get entries, every other file stays as it is.
pub(crate) fn run(arguments: &Arguments) -> Result<ExitCode> {
    let folder = &arguments.folder;
    fs::create_dir_all(folder).with_context(|| format!("can't create {}", folder.display()))?;
    let folder =
        fs::canonicalize(folder).with_context(|| format!("can't find {}", folder.display()))?;
    refuse_a_member(&folder)?;
    let dependencies = match &arguments.trackplan {
        Some(checkout) => Dependencies::checkout(&folder, checkout)?,
        None => Dependencies::repository(),
    };

    let is_new = !folder.join("Cargo.toml").exists();
    let name = package_name(&folder);
    let mut steps = Vec::new();
    if is_new {
        steps.push(Step::Write(
            "Cargo.toml",
            manifest::new_package(&name, &dependencies),
        ));
        steps.push(write(
            &folder,
            "src/main.rs",
            include_str!("init/starter/main.rs"),
        ));
        steps.push(write(&folder, ".gitignore", "/target\n"));
    }
    let has_plan = has_plan(&folder.join("schema"))?;
    if has_plan {
        steps.push(Step::LeaveAlone("schema", "there is a plan already"));
    } else {
        let plan = include_str!("init/starter/plan.yaml").replace("{name}", &name);
        steps.push(Step::Write("schema/plan.yaml", plan));
        let events = include_str!("init/starter/accounts.yaml");
        steps.push(Step::Write("schema/accounts.yaml", events.to_owned()));
    }
    let config = read(&folder, ".cargo/config.toml")?;
    let config_with_alias = manifest::with_alias(config.as_deref().unwrap_or_default())
        .context("can't read .cargo/config.toml")?;
    let has_xtask = folder.join("xtask").exists() || config_with_alias.is_none();
    if has_xtask {
        let why = "there is an xtask already; see below";
        steps.push(Step::LeaveAlone("xtask", why));
    } else {
        let manifest = manifest::xtask(&dependencies);
        steps.push(Step::Write("xtask/Cargo.toml", manifest));
        steps.push(write(
            &folder,
            "xtask/src/main.rs",
            include_str!("init/starter/xtask.rs"),
        ));
        steps.push(write(
            &folder,
            "xtask/src/bin/xtask-live.rs",
            include_str!("init/starter/xtask-live.rs"),
        ));
        let text = config_with_alias.unwrap_or_default();
        steps.push(match config {
            Some(_) => Step::Edit(".cargo/config.toml", text),
            None => Step::Write(".cargo/config.toml", text),
        });
    }
    if let Some(text) = read(&folder, "Cargo.toml")? {
        let edited = manifest::with_trackplan(&text, &dependencies, !has_xtask)
            .context("can't read Cargo.toml")?;
        steps.push(match edited {
            Some(edited) => Step::Edit("Cargo.toml", edited),
            None => Step::LeaveAlone("Cargo.toml", "it has all that it needs"),
        });
    }

    for step in steps {
        carry_out(&folder, step)?;
    }
    println!(
        "\n{}",
        next_steps(&folder, is_new, has_plan, has_xtask, &dependencies)
    );
    Ok(ExitCode::SUCCESS)
}

fn write(folder: &Path, path: &'static str, text: &str) -> Step {
    if folder.join(path).exists() {
        Step::LeaveAlone(path, "it is there already")
    } else {
        Step::Write(path, text.to_owned())
    }
}

fn carry_out(folder: &Path, step: Step) -> Result<()> {
    let (path, text) = match step {
        Step::LeaveAlone(path, why) => {
            println!("left alone  {path}: {why}");
            return Ok(());
        }
        Step::Write(path, text) => {
            println!("wrote       {path}");
            (path, text)
        }
        Step::Edit(path, text) => {
            println!("edited      {path}");
            (path, text)
        }
    };
    let file = folder.join(path);
    let parent = file.parent().unwrap_or(folder);
    fs::create_dir_all(parent).with_context(|| format!("can't create {}", parent.display()))?;
    fs::write(&file, text).with_context(|| format!("can't write {}", file.display()))
}

fn next_steps(
    folder: &Path,
    is_new: bool,
    has_plan: bool,
    has_xtask: bool,
    dependencies: &Dependencies,
) -> String {
    let mut steps = Vec::new();
    let is_elsewhere = !std::env::current_dir()
        .and_then(fs::canonicalize)
        .is_ok_and(|here| here == folder);
    if is_elsewhere {
        steps.push(format!("Go to {}", folder.display()));
    }
    if has_xtask {
        steps.push(format!(
            "Give your xtask the dependency `{}` and let it call `trackplan_xtask::main()`.",
            dependencies.xtask_line()
        ));
    }
    steps.push("Compile the plan for the macros: cargo xtask regenerate".to_owned());
    if !is_new {
        let event = if has_plan {
            "and where something of the plan happens: trackplan::track!(\"…\");".to_owned()
        } else {
            "and where an account is made:\n       \
             trackplan::track!(\"user_signed_up\", actor = &user.id, method = \"email\");"
                .to_owned()
        };
        steps.push(format!(
            "Start the client, first in `main`: let _guard = trackplan::init!();\n     {event}"
        ));
    }
    steps.push(
        "Run it: cargo run. With POSTHOG_API_KEY set, events are sent; without, none is."
            .to_owned(),
    );
    let numbered = steps
        .iter()
        .enumerate()
        .map(|(index, step)| format!("  {}. {step}", index + 1));
    let numbered: Vec<String> = numbered.collect();
    format!("Next:\n{}", numbered.join("\n"))
}

/// Refuses a package that belongs to a workspace further up: there is the place of the plan and of its xtask.
fn refuse_a_member(folder: &Path) -> Result<()> {
    if !folder.join("Cargo.toml").exists() {
        return Ok(());
    }
    let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let output = Command::new(cargo)
        .args(["locate-project", "--workspace", "--message-format=plain"])
        .current_dir(folder)
        .output()
        .context("can't run cargo")?;
    if !output.status.success() {
        let said = String::from_utf8_lossy(&output.stderr);
        bail!("cargo can't read this project:\n{}", said.trim_end());
    }
    let root = PathBuf::from(String::from_utf8_lossy(&output.stdout).trim_end());
    let root = root.parent().unwrap_or(folder);
    if fs::canonicalize(root).is_ok_and(|root| root != folder) {
        bail!(
            "this package belongs to the workspace in {0}; run: cargo xtask init {0}",
            root.display()
        );
    }
    Ok(())
}

fn has_plan(schema: &Path) -> Result<bool> {
    let Ok(entries) = fs::read_dir(schema) else {
        return Ok(false);
    };
    for entry in entries {
        let path = entry
            .with_context(|| format!("can't read {}", schema.display()))?
            .path();
        if path
            .extension()
            .is_some_and(|extension| extension == "yaml")
        {
            return Ok(true);
        }
    }
    Ok(false)
}

fn read(folder: &Path, path: &str) -> Result<Option<String>> {
    let file = folder.join(path);
    if !file.exists() {
        return Ok(None);
    }
    let text =
        fs::read_to_string(&file).with_context(|| format!("can't read {}", file.display()))?;
    Ok(Some(text))
}

/// The folder's name as cargo accepts it for a package.
fn package_name(folder: &Path) -> String {
    let name = folder.file_name().unwrap_or_default().to_string_lossy();
    let words: Vec<String> = name
        .split(|char: char| !char.is_ascii_alphanumeric() && char != '_')
        .filter(|word| !word.is_empty())
        .map(str::to_ascii_lowercase)
        .collect();
    let name = words.join("-");
    let is_fit = name.starts_with(|char: char| char.is_ascii_alphabetic()) && name != "xtask";
    if is_fit {
        name
    } else {
        format!("app-{name}").trim_end_matches('-').to_owned()
    }
}
