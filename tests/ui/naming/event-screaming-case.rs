use trackplan::track;

fn main() {
    track!("WAREHOUSE_FLOODED");
}
