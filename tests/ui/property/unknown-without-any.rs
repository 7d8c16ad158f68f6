use trackplan::track;

fn main() {
    track!("page_viewing", warehouse = 1);
}
