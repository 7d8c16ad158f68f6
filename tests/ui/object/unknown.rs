#[derive(trackplan::PlanObject)]
#[plan_object("image_cropped.area")]
struct CropArea {
    width: u32,
}

fn main() {}
