#[derive(trackplan::PlanEnum)]
#[plan_enum("carriers")]
enum Carrier {
    Post,
}

fn main() {
    let _ = Carrier::Post;
}
