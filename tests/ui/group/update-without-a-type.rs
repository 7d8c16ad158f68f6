use trackplan::group;

fn main() {
    group!(key = "acme", plan = "paid");
}
