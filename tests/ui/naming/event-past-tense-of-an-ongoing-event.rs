use trackplan::track;

fn main() {
    track!("page_viewed");
}
