use trackplan::track;

fn main() {
    track!("exported");
}
