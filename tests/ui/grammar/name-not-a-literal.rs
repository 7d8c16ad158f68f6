use trackplan::track;

fn main() {
    const EVENT: &str = "page_viewing";
    track!(EVENT);
}
