use trackplan::track;

fn main() {
    track!("order_place");
}
