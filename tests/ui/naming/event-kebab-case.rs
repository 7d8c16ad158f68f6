use trackplan::track;

fn main() {
    track!("warehouse-flooded");
}
