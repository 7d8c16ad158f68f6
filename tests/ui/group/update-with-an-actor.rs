use trackplan::group;

fn main() {
    group!("team", key = "acme", actor = "user_1", plan = "paid");
}
