//! What `regenerate` writes beside the compiled plan, and where.

use super::Spanned;
use crate::naming::vocabulary;

/// The section `outputs`. Paths are relative to the folder that holds the schema folder.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Outputs {
    /// A folder for `events.ts`, `client.ts` and `inspect.ts`, for pages that are built by a bundler.
    pub typescript: Option<Spanned<String>>,
    /// A folder for `analytics.js` and `analytics.d.ts`, for pages without a bundler.
    pub javascript: Option<Spanned<String>>,
    /// How the client is called.
    pub style: Style,
}

vocabulary! {
    /// How the TypeScript client is called.
    #[derive(Default)]
    Style {
        /// `track.chart_interacted({ … })`: one object, nothing per event in the bundle.
        #[default]
        Object = "object",
        /// `chartInteracted({ … })`: a function per event, to import by name.
        Functions = "functions",
    }
}
