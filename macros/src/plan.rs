//! Finding and reading the compiled plan, once per process and again when it changed.

use std::ffi::OsString;
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

/// The crate that is built, or, for a long-lived host, each.
static CACHE: Mutex<Vec<(OsString, Instant, Loaded)>> = Mutex::new(Vec::new());

/// The plan of the crate that is being built. What is wrong with a plan as a whole is said once, not at each call:
/// later calls get `None`.
pub(crate) fn current() -> Result<Arc<Plan>, Option<String>> {
    let start = std::env::var_os("CARGO_MANIFEST_DIR").unwrap_or_default();
    let mut cache = CACHE.lock().unwrap_or_else(PoisonError::into_inner);
    for (of_crate, read, loaded) in cache.iter_mut() {
        if *of_crate == start {
            if read.elapsed() < FRESH {
                return loaded.clone().map_err(|_| None);
            }
            *loaded = find(Path::new(&start)).and_then(load);
            *read = Instant::now();
            return loaded.clone().map_err(Some);
        }
    }
    let loaded = find(Path::new(&start)).and_then(load);
    cache.push((start, Instant::now(), loaded.clone()));
    loaded.map_err(Some)
}

/// The schema folder: named by `TRACKING_PLAN`, or the first with a compiled plan on the way up to the workspace.
fn find(start: &Path) -> Result<PathBuf, String> {
    let mut tried = String::new();
    let mut has_plan = |folder: &Path| {
        let lock = folder.join(lock::FOLDER);
        let comma = if tried.is_empty() { "" } else { ", " };
        tried.push_str(&format!("{comma}{}", lock.display()));
        lock.join("index").is_file()
    };
    if let Some(named) = std::env::var_os("TRACKING_PLAN") {
        // Absolute, for `include_bytes!` looks for a relative path beside the source file.
        let folder = std::path::absolute(&named).unwrap_or_else(|_| PathBuf::from(&named));
        if has_plan(&folder) {
            return Ok(folder);
        }
    } else {
        for folder in start.ancestors() {
            let schema = folder.join("schema");
            if has_plan(&schema) {
                return Ok(schema);
            }
            let is_workspace = fs::read_to_string(folder.join("Cargo.toml"))
                .is_ok_and(|manifest| manifest.lines().any(|line| line.trim() == "[workspace]"));
            if is_workspace || folder.join("Cargo.toml.orig").exists() {
                break;
            }
        }
    }
    Err(format!(
        "there is no compiled tracking plan; tried {tried}. Run: cargo xtask regenerate \
         (a packaged crate ships it: add `schema/{}/**` to `package.include`)",
        lock::FOLDER
    ))
}

fn load(folder: PathBuf) -> Loaded {
    let path = folder.join(lock::FOLDER).join("index");
    let index = fs::read_to_string(&path)
        .map_err(|error| format!("can't read {}: {error}", path.display()))?;
    let plan = Plan {
        folder,
        index,
        places: OnceLock::new(),
    };
    let index = Index::parse(&plan.index).map_err(|error| error.to_string())?;
    plan.check_fresh(index)?;
    Ok(Arc::new(plan))
}

impl Plan {
    pub(crate) fn index(&self) -> Option<Index<'_>> {
        Index::parse(&self.index).ok()
    }

    /// The names of a kind, sorted.
    pub(crate) fn names(&self, kind: Kind) -> Vec<&str> {
        match self.index() {
            Some(index) => index.names(kind),
            None => Vec::new(),
        }
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
        let mut compiled = Vec::new();
        for (path, hash) in index.sources() {
            match fs::read(self.folder.join(path)) {
                Ok(text) if content_hash(&text) == hash => {}
                Ok(_) => return stale(path, "changed"),
                Err(_) => return stale(path, "was removed"),
            }
            compiled.push(path);
        }
        let mut added = None;
        for path in &present {
            if !compiled.contains(&path.as_str()) && added.is_none_or(|added| path < added) {
                added = Some(path);
            }
        }
        match added {
            Some(path) => stale(path, "was added"),
            None => Ok(()),
        }
    }

    fn sources(&self) -> Vec<String> {
        let mut names = Vec::new();
        if let Ok(entries) = fs::read_dir(&self.folder) {
            for entry in entries {
                let Ok(entry) = entry else {
                    continue;
                };
                let name = entry.file_name().to_string_lossy().into_owned();
                if name.ends_with(".yaml") {
                    names.push(name);
                }
            }
        }
        names
    }

    /// Every path whose change can make the plan stale.
    pub(crate) fn tracked_paths(&self) -> Vec<String> {
        let mut paths = vec![self.folder.join(lock::FOLDER).join("index")];
        if let Some(index) = self.index() {
            for (name, _) in index.sources() {
                paths.push(self.folder.join(name));
            }
        }
        let mut tracked = Vec::new();
        for path in paths {
            // A published crate may have no sources.
            if path.is_file() {
                tracked.push(path.display().to_string());
            }
        }
        tracked
    }

    pub(crate) fn file(&self, kind: Kind, name: &str) -> Option<File> {
        self.read(&lock::file_name(kind, name))
    }

    /// What is wrong if an item that the index names can't be read.
    pub(crate) fn broken(&self, kind: Kind, name: &str) -> Option<String> {
        self.names(kind).contains(&name).then(|| {
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
        let place = Places::parse(text).get(key)?;
        Some(format!("{name}/{place}"))
    }
}
