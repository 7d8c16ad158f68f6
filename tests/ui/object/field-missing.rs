#[derive(trackplan::PlanObject)]
#[plan_object("image_cropped.crop_area")]
struct CropArea {
    height: u32,
}

fn main() {}
