#[derive(trackplan::PlanObject)]
#[plan_object("image_cropped.crop_area")]
struct CropArea {
    width: String,
}

fn main() {}
