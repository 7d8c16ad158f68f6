use trackplan::track;

fn main() {
    track!("warehouse__flooded");
}
