use trackplan::group;

fn main() {
    group!("teem", key = "acme", plan = "paid");
}
