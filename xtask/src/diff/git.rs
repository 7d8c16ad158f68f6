//! What git knows of the plan: the commit to compare with, and the files in it.

use std::collections::BTreeMap;
use std::fmt;
use std::io::{ErrorKind, Read, Write};
use std::path::Path;
use std::process::{Command, Output, Stdio};

use anyhow::{Context, Result, bail};
use trackplan_schema::lock;

/// A commit to compare with.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Commit {
    /// The ref that led to it.
    pub(super) name: String,
    /// Its full hash.
    pub(super) id: String,
}

impl fmt::Display for Commit {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let short = self.id.get(..8).unwrap_or(&self.id);
        write!(formatter, "{} ({short})", self.name)
    }
}

/// Why there is nothing to compare with.
#[derive(Debug)]
pub(super) enum NoBase {
    NoGit,
    /// What git says of it: not a repository, or one that it does not trust.
    NoRepository(String),
    /// The repository has no commit yet.
    Unborn,
    UnknownRef(String),
    /// No main branch is known here.
    NoMain {
        is_shallow: bool,
    },
    NoCommonCommit {
        name: String,
        is_shallow: bool,
    },
    /// Neither the YAML nor the compiled plan there is readable by this version.
    Unreadable {
        commit: Commit,
        error: lock::Error,
    },
}

impl fmt::Display for NoBase {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        const DEEPEN: &str = "this clone is shallow; fetch its history with `git fetch --unshallow` \
                              (actions/checkout: `fetch-depth: 0`)";
        match self {
            Self::NoGit => formatter.write_str("the command `git` is not installed"),
            Self::NoRepository(said) => {
                write!(
                    formatter,
                    "the plan is in no git repository (git says: {said})"
                )
            }
            Self::Unborn => formatter.write_str("nothing is committed yet"),
            Self::UnknownRef(name) => write!(
                formatter,
                "git knows no commit `{name}`; if it is a branch of a remote, fetch it first"
            ),
            Self::NoMain { is_shallow: true } => {
                write!(formatter, "git knows no main branch here; {DEEPEN}")
            }
            Self::NoMain { is_shallow: false } => formatter
                .write_str("git knows no main branch here; name what to compare with: --base REF"),
            Self::NoCommonCommit { name, is_shallow } => {
                write!(formatter, "HEAD and `{name}` have no commit in common here")?;
                if *is_shallow {
                    write!(formatter, "; {DEEPEN}")?;
                }
                Ok(())
            }
            Self::Unreadable { commit, error } => write!(
                formatter,
                "the plan of {commit} is in a form that this version can't read, and so is its compiled form: {error}"
            ),
        }
    }
}

/// The main branch, by the names that it may have here, the most certain first.
const MAIN: &[&str] = &[
    "origin/HEAD",
    "origin/main",
    "origin/master",
    "main",
    "master",
];

/// The commit to compare with: the merge base of HEAD and the named ref, or of HEAD and the main branch.
///
/// On the main branch itself that is what was last pushed, or, without a remote, HEAD.
pub(super) fn base(folder: &Path, name: Option<&str>) -> Result<Result<Commit, NoBase>> {
    let inside = match git(folder, &["rev-parse", "--is-inside-work-tree"]).output() {
        Ok(output) => output,
        Err(error) if error.kind() == ErrorKind::NotFound => return Ok(Err(NoBase::NoGit)),
        Err(error) => return Err(error).context("can't run git"),
    };
    if !inside.status.success() {
        return Ok(Err(NoBase::NoRepository(said(&inside))));
    }
    let is_shallow =
        answer(folder, &["rev-parse", "--is-shallow-repository"])?.as_deref() == Some("true");
    if resolve(folder, "HEAD")?.is_none() {
        return Ok(Err(NoBase::Unborn));
    }
    let (name, tip) = match name {
        Some(name) => match resolve(folder, name)? {
            Some(tip) => (name, tip),
            None => return Ok(Err(NoBase::UnknownRef(name.to_owned()))),
        },
        None => match main_branch(folder)? {
            Some(found) => found,
            None => return Ok(Err(NoBase::NoMain { is_shallow })),
        },
    };
    let Some(id) = answer(folder, &["merge-base", "HEAD", &tip])? else {
        let name = name.to_owned();
        return Ok(Err(NoBase::NoCommonCommit { name, is_shallow }));
    };
    let name = name.to_owned();
    Ok(Ok(Commit { name, id }))
}

fn main_branch(folder: &Path) -> Result<Option<(&'static str, String)>> {
    for name in MAIN {
        if let Some(tip) = resolve(folder, name)? {
            return Ok(Some((name, tip)));
        }
    }
    // A repository of its own whose one branch has another name.
    if answer(folder, &["remote"])?.is_none() {
        return Ok(resolve(folder, "HEAD")?.map(|tip| ("HEAD", tip)));
    }
    Ok(None)
}

/// The commit that a name stands for; `None` for whatever git can't make one of.
fn resolve(folder: &Path, name: &str) -> Result<Option<String>> {
    let output = git(
        folder,
        &["rev-parse", "--verify", "--quiet", "--end-of-options"],
    )
    .arg(format!("{name}^{{commit}}"))
    .output()
    .context("can't run git")?;
    let id = String::from_utf8_lossy(&output.stdout)
        .trim_end()
        .to_owned();
    Ok(Some(id).filter(|_| output.status.success()))
}

/// The text files of a commit below the folder, by their path from there.
pub(super) fn files(
    folder: &Path,
    commit: &Commit,
    is_wanted: impl Fn(&str) -> bool,
) -> Result<BTreeMap<String, String>> {
    let listing = git(
        folder,
        &["ls-tree", "-r", "-z", "--full-tree", "--end-of-options"],
    )
    .arg(format!("{}:{}", commit.id, prefix(folder)?))
    .output()
    .context("can't run git")?;
    let mut wanted = Vec::new();
    // Where the commit has no such folder, git has nothing to list.
    let listed = String::from_utf8_lossy(&listing.stdout).into_owned();
    for entry in listed.split('\0') {
        let Some((kind, path)) = entry.split_once('\t') else {
            continue;
        };
        if let [mode, "blob", id] = kind.split(' ').collect::<Vec<_>>()[..]
            && mode.starts_with("100")
            && is_wanted(path)
        {
            wanted.push((path.to_owned(), id.to_owned()));
        }
    }
    let texts = blobs(folder, wanted.iter().map(|(_, id)| id.as_str()).collect())?;
    Ok(wanted
        .into_iter()
        .map(|(path, _)| path)
        .zip(texts)
        .collect())
}

/// The folder's path below the root of the repository.
fn prefix(folder: &Path) -> Result<String> {
    let prefix = answer(folder, &["rev-parse", "--show-prefix"])?.unwrap_or_default();
    Ok(prefix.trim_end_matches('/').to_owned())
}

/// The contents of many blobs, with one process.
fn blobs(folder: &Path, ids: Vec<&str>) -> Result<Vec<String>> {
    let mut child = git(folder, &["cat-file", "--batch"])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .context("can't run git")?;
    let mut questions = child.stdin.take().context("git has no input")?;
    let mut answers = Vec::new();
    let request = ids.iter().map(|id| format!("{id}\n")).collect::<String>();
    std::thread::scope(|scope| {
        // Git stops reading while nobody reads what it writes.
        let asked = scope.spawn(move || questions.write_all(request.as_bytes()));
        let read = match child.stdout.take() {
            Some(mut stdout) => stdout.read_to_end(&mut answers),
            None => Ok(0),
        };
        read.and(asked.join().unwrap_or(Ok(())))
    })
    .context("can't read from git")?;
    child.wait().context("git did not end")?;
    let mut rest = answers.as_slice();
    ids.into_iter()
        .map(|id| blob(&mut rest).with_context(|| format!("git did not give the object {id}")))
        .collect()
}

/// Takes `ID blob SIZE`, a line end, the content and a line end.
fn blob(rest: &mut &[u8]) -> Option<String> {
    let line_end = rest.iter().position(|&byte| byte == b'\n')?;
    let head = std::str::from_utf8(rest.get(..line_end)?).ok()?;
    let size: usize = head.rsplit(' ').next()?.parse().ok()?;
    let start = line_end + 1;
    let content = rest.get(start..start.checked_add(size)?)?;
    let text = String::from_utf8_lossy(content).into_owned();
    *rest = rest.get(start + size + 1..)?;
    Some(text)
}

/// What git answers: `None` for nothing, or for its plain no (exit code 1).
fn answer(folder: &Path, arguments: &[&str]) -> Result<Option<String>> {
    let output = git(folder, arguments).output().context("can't run git")?;
    let text = String::from_utf8_lossy(&output.stdout)
        .trim_end()
        .to_owned();
    match output.status.code() {
        Some(0 | 1) => Ok(Some(text).filter(|text| !text.is_empty())),
        _ => bail!("git {} failed: {}", arguments.join(" "), said(&output)),
    }
}

fn said(output: &Output) -> String {
    let text = String::from_utf8_lossy(&output.stderr);
    let first = text.lines().next().unwrap_or("nothing");
    first.strip_prefix("fatal: ").unwrap_or(first).to_owned()
}

fn git(folder: &Path, arguments: &[&str]) -> Command {
    let mut command = Command::new("git");
    // Set in hooks, where they would make git forget which part of the repository the folder is.
    command.env_remove("GIT_DIR").env_remove("GIT_WORK_TREE");
    command.arg("-C").arg(folder).args(arguments);
    command
}
