use trackplan::track;

fn main() {
    track!("page_viewing", when = true);
}
