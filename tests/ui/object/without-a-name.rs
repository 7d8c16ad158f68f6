#[derive(trackplan::PlanObject)]
struct CropArea {
    width: u32,
}

fn main() {}
