use trackplan::track;

fn main() {
    track!("link_shared", currency = "euro");
}
