use trackplan::track;

fn main() {
    track!("link_shared", since_day = "31.01.2026");
}
