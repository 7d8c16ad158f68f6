use trackplan::track;

fn main() {
    track!("banner_closed");
}
