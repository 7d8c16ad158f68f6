use trackplan::track;

fn main() {
    track!("warehouse_flood");
}
