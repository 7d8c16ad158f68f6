#[trackplan::event("banner_closed")]
struct BannerClosed;

fn main() {}
