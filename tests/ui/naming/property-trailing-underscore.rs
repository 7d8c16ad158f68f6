use trackplan::track;

fn main() {
    track!("link_shared", article_ = "a");
}
