use trackplan::track;

fn main() {
    track!("link_shared", since_day = "2026-02-30");
}
