#[derive(trackplan::Event)]
#[event("page_viewing")]
struct PageViewing {
    page: u8,
}

fn main() {}
