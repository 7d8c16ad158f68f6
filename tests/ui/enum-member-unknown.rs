#[derive(trackplan::PlanEnum)]
#[plan_enum("pr_list_exported.format")]
enum ExportFormat {
    Csv,
    Jsn,
}

fn main() {}
