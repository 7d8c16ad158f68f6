use trackplan::track;

fn main() {
    track!("WarehouseFlooded");
}
