use trackplan::track;

fn main() {
    track!("HTTPRequestFailed");
}
