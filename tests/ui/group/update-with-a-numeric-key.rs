use trackplan::group;

fn main() {
    group!("team", key = 7, plan = "paid");
}
