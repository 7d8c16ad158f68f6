#[derive(trackplan::PlanObject)]
#[plan_object("order_placed.carrier")]
struct CropArea {
    width: u32,
}

fn main() {}
