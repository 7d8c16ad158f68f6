use trackplan::track;

fn main() {
    track!("warehouse_shelf");
}
