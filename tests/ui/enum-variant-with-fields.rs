#[derive(trackplan::PlanEnum)]
#[plan_enum("pr_list_exported.format")]
enum ExportFormat {
    Csv,
    Json(u8),
}

fn main() {
    trackplan::track!("pr_list_exported", format = ExportFormat::Csv, has_filters = true, row_count = 1);
}
