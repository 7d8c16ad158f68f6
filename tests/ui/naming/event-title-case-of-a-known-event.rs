use trackplan::track;

fn main() {
    track!("Order Placed");
}
