#[derive(trackplan::PlanObject)]
#[plan_object("image_cropped.crop_area")]
enum CropArea {
    Width(u32),
}

fn main() {}
