use trackplan::track;

fn main() {
    track!("../index");
}
