use trackplan::track;

fn main() {
    track!("warehouse_flooded");
}
