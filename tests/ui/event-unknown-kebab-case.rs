use trackplan::track;

fn main() {
    track!("pr-list-exported");
}
