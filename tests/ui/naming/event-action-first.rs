use trackplan::track;

fn main() {
    track!("flooded_warehouse");
}
