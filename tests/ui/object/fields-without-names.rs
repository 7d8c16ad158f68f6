#[derive(trackplan::PlanObject)]
#[plan_object("image_cropped.crop_area")]
struct CropArea (u32, u32);

fn main() {}
