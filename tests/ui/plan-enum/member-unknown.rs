#[derive(trackplan::PlanEnum)]
#[plan_enum("carrier")]
enum Carrier {
    Post,
    Curier,
}

fn main() {
    let _ = (Carrier::Post, Carrier::Curier);
}
