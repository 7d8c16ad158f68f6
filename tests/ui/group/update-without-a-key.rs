use trackplan::group;

fn main() {
    group!("team", plan = "paid");
}
