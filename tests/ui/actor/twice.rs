use trackplan::track;

fn main() {
    track!("page_viewing", actor = "a", actor = "b");
}
