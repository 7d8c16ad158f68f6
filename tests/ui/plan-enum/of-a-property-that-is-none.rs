#[derive(trackplan::PlanEnum)]
#[plan_enum("order_placed.item_count")]
enum Count {
    One,
}

fn main() {
    let _ = Count::One;
}
