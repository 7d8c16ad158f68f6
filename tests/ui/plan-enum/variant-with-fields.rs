#[derive(trackplan::PlanEnum)]
#[plan_enum("carrier")]
enum Carrier {
    Post(u8),
}

fn main() {
    let _ = Carrier::Post(1);
}
