use trackplan::track;

fn main() {
    track!("order-placed");
}
