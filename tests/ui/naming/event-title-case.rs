use trackplan::track;

fn main() {
    track!("Warehouse Flooded");
}
