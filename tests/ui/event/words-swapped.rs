use trackplan::track;

fn main() {
    track!("placed_order", carrier = "post");
}
