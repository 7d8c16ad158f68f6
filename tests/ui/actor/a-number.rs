use trackplan::track;

fn main() {
    track!("page_viewing", actor = 7);
}
