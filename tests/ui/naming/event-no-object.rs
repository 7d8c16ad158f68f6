use trackplan::track;

fn main() {
    track!("flooded");
}
