#[derive(trackplan::PlanEnum)]
#[plan_enum("integratoin")]
enum Integration {
    Github,
}

fn main() {}
