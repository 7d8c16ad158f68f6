use trackplan::{PlanEnum, track};

#[derive(PlanEnum)]
#[plan_enum("integration")]
enum Integration {
    Github,
}

fn main() {
    track!("pr_list_exported", format = Integration::Github, has_filters = true, row_count = 1);
}
