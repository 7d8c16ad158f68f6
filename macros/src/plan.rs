//! Finding and reading the compiled plan, once per process and again when it changed.

use std::collections::HashMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, OnceLock, PoisonError};
use std::time::{Duration, Instant};

use trackplan_schema::content_hash;
use trackplan_schema::lock::{self, Index, Kind, Places};

/// The compiled plan of the crate that is being built.
pub(crate) struct Plan {
    folder: PathBuf,
    index: String,
    /// The file `places`, read when the first message needs it.
    places: OnceLock<String>,
}

/// A file of the compiled plan, and the path that the build has to track.
pub(crate) struct File {
    pub(crate) path: String,
    pub(crate) text: String,
}

type Loaded = Result<Arc<Plan>, String>;

/// Long-lived hosts (rust-analyzer) look again after this time; a rustc process ends sooner.
const FRESH: Duration = Duration::from_secs(1);

static CACHE: Mutex<Option<HashMap<PathBuf, (Instant, Loaded)>>> = Mutex::new(None);

/// The plan of the crate that is being built. What is wrong with a plan as a whole is said once, not at each call:
/// later calls get `None`.
pub(crate) fn current() -> Result<Arc<Plan>, Option<String>> {
    let start = std::env::var_os("CARGO_MANIFEST_DIR")
        .map(PathBuf::from)
        .unwrap_or_default();
    let mut cache = CACHE.lock().unwrap_or_else(PoisonError::into_inner);
    let cache = cache.get_or_insert_default();
    if let Some((read, loaded)) = cache.get(&start)
        && read.elapsed() < FRESH
    {
        return loaded.clone().map_err(|_| None);
    }
    let loaded = find(&start).and_then(load).map(Arc::new);
    cache.insert(start, (Instant::now(), loaded.clone()));
    loaded.map_err(Some)
}

/// The error for a plan that can't be used, if this call is the one to say it.
pub(crate) fn unusable(message: Option<String>, span: proc_macro2::Span) -> Vec<syn::Error> {
    message
        .map(|message| syn::Error::new(span, message))
        .into_iter()
        .collect()
}

/// The schema folder: named by `TRACKING_PLAN`, or the first with a compiled plan on the way up to the workspace.
fn find(start: &Path) -> Result<PathBuf, String> {
    let mut tried = Vec::new();
    let mut has_plan = |folder: PathBuf| {
        let found = folder.join(lock::FOLDER).join("index").is_file();
        tried.push(folder.join(lock::FOLDER).display().to_string());
        found.then_some(folder)
    };
    if let Some(named) = std::env::var_os("TRACKING_PLAN") {
        // Absolute, for `include_bytes!` looks for a relative path beside the source file.
        let named = std::path::absolute(&named).unwrap_or_else(|_| PathBuf::from(&named));
        if let Some(folder) = has_plan(named) {
            return Ok(folder);
        }
    } else {
        for folder in start.ancestors() {
            if let Some(found) = has_plan(folder.join("schema")) {
                return Ok(found);
            }
            let is_workspace = fs::read_to_string(folder.join("Cargo.toml"))
                .is_ok_and(|manifest| manifest.lines().any(|line| line.trim() == "[workspace]"));
            if is_workspace || folder.join("Cargo.toml.orig").exists() {
                break;
            }
        }
    }
    Err(format!(
        "there is no compiled tracking plan; tried {}. Run: cargo xtask regenerate \
         (a packaged crate ships it: add `schema/{}/**` to `package.include`)",
        tried.join(", "),
        lock::FOLDER
    ))
}

fn load(folder: PathBuf) -> Result<Plan, String> {
    let path = folder.join(lock::FOLDER).join("index");
    let index = fs::read_to_string(&path)
        .map_err(|error| format!("can't read {}: {error}", path.display()))?;
    let plan = Plan {
        folder,
        index,
        places: OnceLock::new(),
    };
    plan.check_fresh(Index::parse(&plan.index).map_err(|error| error.to_string())?)?;
    Ok(plan)
}

impl Plan {
    pub(crate) fn index(&self) -> Option<Index<'_>> {
        Index::parse(&self.index).ok()
    }

    /// The sources must be those that the plan was compiled from; a published crate may have none at all.
    fn check_fresh(&self, index: Index<'_>) -> Result<(), String> {
        let name = self
            .folder
            .file_name()
            .unwrap_or_default()
            .to_string_lossy();
        let stale = |path: &str, what: &str| {
            Err(format!(
                "{name}/{path} {what} since the plan was compiled; run: cargo xtask regenerate"
            ))
        };
        let present = self.sources();
        if present.is_empty() {
            return Ok(());
        }
        let mut compiled = HashMap::new();
        for (path, hash) in index.sources() {
            match fs::read(self.folder.join(path)) {
                Ok(text) if content_hash(&text) == hash => {}
                Ok(_) => return stale(path, "changed"),
                Err(_) => return stale(path, "was removed"),
            }
            compiled.insert(path.to_owned(), hash);
        }
        match present.iter().find(|path| !compiled.contains_key(*path)) {
            Some(path) => stale(path, "was added"),
            None => Ok(()),
        }
    }

    fn sources(&self) -> Vec<String> {
        let entries = fs::read_dir(&self.folder).into_iter().flatten().flatten();
        let mut names: Vec<String> = entries
            .map(|entry| entry.file_name().to_string_lossy().into_owned())
            .collect();
        names.retain(|name| name.ends_with(".yaml"));
        names.sort();
        names
    }

    /// Every path whose change can make the plan stale.
    pub(crate) fn tracked_paths(&self) -> Vec<String> {
        let mut paths = vec![self.folder.join(lock::FOLDER).join("index")];
        paths.extend(self.sources().iter().map(|name| self.folder.join(name)));
        paths
            .iter()
            .map(|path| path.display().to_string())
            .collect()
    }

    pub(crate) fn file(&self, kind: Kind, name: &str) -> Option<File> {
        self.read(&lock::file_name(kind, name))
    }

    /// What is wrong if an item that the index names can't be read.
    pub(crate) fn broken(&self, kind: Kind, name: &str) -> Option<String> {
        let is_named = self.index()?.names(kind).any(|known| known == name);
        is_named.then(|| {
            format!(
                "the file `{}` of the compiled plan is missing or broken; run: cargo xtask regenerate",
                lock::file_name(kind, name)
            )
        })
    }

    /// A file below the lock folder.
    pub(crate) fn read(&self, path: &str) -> Option<File> {
        let path = self.folder.join(lock::FOLDER).join(path);
        let text = fs::read_to_string(&path).ok()?;
        Some(File {
            path: path.display().to_string(),
            text,
        })
    }

    /// Where an item is written, for messages: `schema/billing.yaml:12:3`.
    pub(crate) fn place(&self, key: &str) -> Option<String> {
        let path = self.folder.join(lock::FOLDER).join("places");
        let text = self
            .places
            .get_or_init(|| fs::read_to_string(path).unwrap_or_default());
        let name = self.folder.file_name()?.to_string_lossy();
        Places::parse(text)
            .get(key)
            .map(|place| format!("{name}/{place}"))
    }
}
