//! Loading the tracking plan for a command, and telling what is wrong with it.

use std::io::{IsTerminal, stderr};
use std::path::Path;

use trackplan_schema::plan::Plan;
use trackplan_schema::yaml::{self, Level};

/// A plan that is fit for use.
pub(crate) struct Loaded {
    /// The plan.
    pub(crate) plan: Plan,
    /// The name of its folder, which is put before the files in every place: `schema`.
    pub(crate) name: String,
}

/// Loads the plan in `folder` and prints the findings. `None` if one of them is an error.
pub(crate) fn load_or_explain(folder: &Path) -> Option<Loaded> {
    let name = folder
        .file_name()
        .map_or_else(|| "schema".into(), |name| name.to_string_lossy())
        .into_owned();
    let colour = stderr().is_terminal();
    let sources = match yaml::read_sources(folder) {
        Ok(sources) => sources,
        Err(finding) => {
            eprintln!("{}", yaml::render(&[*finding], &[], &name, colour));
            return None;
        }
    };
    let (plan, findings) = yaml::load(sources);
    if !findings.is_empty() {
        let rendered = yaml::render(&findings, &plan.sources, &name, colour);
        eprintln!("{rendered}\n");
    }
    let errors = findings
        .iter()
        .filter(|finding| finding.level == Level::Error)
        .count();
    if errors > 0 {
        let plural = if errors == 1 { "" } else { "s" };
        eprintln!("the tracking plan has {errors} error{plural}");
        return None;
    }
    Some(Loaded { plan, name })
}
