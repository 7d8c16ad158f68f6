use trackplan::group;

fn main() {
    group!("team", key = "acme", plan = "free");
}
