//! Loading the tracking plan for a command that only needs it to be right.

use std::path::Path;

use anyhow::Result;
use trackplan_schema::plan::Plan;
use trackplan_schema::yaml;

use crate::report::{Report, Reporting};

/// A plan that is fit for use.
pub(crate) struct Loaded {
    /// The plan.
    pub(crate) plan: Plan,
    /// Its folder as its reader knows it, which is put before the files in every place: `schema`.
    pub(crate) name: String,
}

/// Loads the plan in `folder` and prints the findings. `None` if one of them is an error.
pub(crate) fn load_or_explain(folder: &Path) -> Result<Option<Loaded>> {
    let reporting = Reporting::default();
    let report = Report::new(&reporting, folder);
    let sources = match yaml::read_sources(folder) {
        Ok(sources) => sources,
        Err(finding) => {
            report.print(&[*finding], &[])?;
            return Ok(None);
        }
    };
    let (plan, found) = yaml::load_on(sources, report.today());
    report.print(&found, &plan.sources)?;
    let name = report.folder().to_owned();
    Ok(report.is_fine(&found).then_some(Loaded { plan, name }))
}
