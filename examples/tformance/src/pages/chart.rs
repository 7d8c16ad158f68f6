//! The charts of the pages: tables that a script draws.

use trackplan::PlanEnum;

use crate::domain::{ChartType, title};
use crate::metrics::{Summary, Week};

/// A chart, and the table in it that everybody can read.
pub(super) struct Chart {
    pub(super) shows: ChartType,
    pub(super) title: String,
    pub(super) series: &'static [&'static str],
    pub(super) rows: Vec<Row>,
}

/// A week of a chart.
pub(super) struct Row {
    pub(super) first_day: String,
    /// A figure for each series.
    pub(super) figures: Vec<f64>,
}

impl Chart {
    pub(super) fn of(shows: ChartType, weeks: &[Week]) -> Self {
        let (measure, series): (&str, &[&str]) = match shows {
            ChartType::Throughput => ("pull requests a week", &["Opened", "Merged"]),
            ChartType::CycleTime => ("median hours to merge", &["Hours"]),
            ChartType::ReviewTime => ("median hours to the first review", &["Hours"]),
            ChartType::PrSize => ("median lines changed", &["Lines"]),
            ChartType::AiAdoption => ("% merged with an assistant", &["Percent"]),
        };
        let rows = weeks.iter().map(|week| Row {
            first_day: week.first_day.clone(),
            figures: figures(shows, &week.summary),
        });
        Self {
            shows,
            title: format!("{}: {measure}", title(shows)),
            series,
            rows: rows.collect(),
        }
    }

    /// Bars for what is counted, a line for what is measured.
    pub(super) fn kind(&self) -> &'static str {
        match self.shows {
            ChartType::Throughput => "bar",
            _ => "line",
        }
    }

    /// All of them, in the order of the dashboard.
    pub(super) fn all(weeks: &[Week]) -> Vec<Self> {
        let all = ChartType::ALL.iter();
        all.map(|shows| Self::of(*shows, weeks)).collect()
    }
}

fn figures(shows: ChartType, summary: &Summary) -> Vec<f64> {
    let figure = match shows {
        ChartType::Throughput => return vec![summary.opened as f64, summary.merged as f64],
        ChartType::CycleTime => summary.cycle_hours,
        ChartType::ReviewTime => summary.review_hours,
        ChartType::PrSize => summary.lines_changed,
        ChartType::AiAdoption => summary.ai_percent,
    };
    vec![figure.unwrap_or_default()]
}
