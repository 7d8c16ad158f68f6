#[derive(trackplan::PlanEnum)]
#[plan_enum("carrier")]
struct Carrier;

fn main() {
    let _ = Carrier;
}
