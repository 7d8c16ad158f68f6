use trackplan::{PlanObject, track};

#[derive(PlanObject)]
#[plan_object("image_scaled.factors")]
struct Factors {
    width: f64,
}

fn main() {
    track!("image_cropped", crop_area = Factors { width: 1.5 });
}
