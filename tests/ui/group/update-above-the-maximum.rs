use trackplan::group;

fn main() {
    group!("team", key = "acme", seats_count = 501);
}
