#[derive(trackplan::PlanEnum)]
#[plan_enum("carrier")]
enum Carrier {
    #[plan_enum("mail")]
    Post,
}

fn main() {
    let _ = Carrier::Post;
}
