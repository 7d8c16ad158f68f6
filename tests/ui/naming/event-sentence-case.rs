use trackplan::track;

fn main() {
    track!("Warehouse flooded");
}
