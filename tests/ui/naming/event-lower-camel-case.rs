use trackplan::track;

fn main() {
    track!("warehouseFlooded");
}
