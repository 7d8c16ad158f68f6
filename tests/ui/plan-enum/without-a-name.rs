#[derive(trackplan::PlanEnum)]
enum Carrier {
    Post,
}

fn main() {
    let _ = Carrier::Post;
}
