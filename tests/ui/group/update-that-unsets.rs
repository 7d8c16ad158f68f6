use trackplan::group;

fn main() {
    group!("team", key = "acme", unset(plan));
}
