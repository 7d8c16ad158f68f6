use trackplan::track;

fn main() {
    track!("assistant_sign_in");
}
