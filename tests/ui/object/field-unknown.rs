#[derive(trackplan::PlanObject)]
#[plan_object("image_cropped.crop_area")]
struct CropArea {
    width: u32,
    heigth: u32,
}

fn main() {}
