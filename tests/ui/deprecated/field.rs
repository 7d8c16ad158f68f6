#![deny(deprecated)]

#[derive(trackplan::PlanEnum)]
#[plan_enum("carrier")]
enum Carrier {
    Post,
}

#[derive(trackplan::Event)]
#[event("parcel_sent")]
struct ParcelSent {
    carrier: Carrier,
    weight: f64,
}

fn main() {
    let _ = Carrier::Post;
}
