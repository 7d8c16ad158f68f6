use trackplan::track;

fn main() {
    track!("user_signed_up" carrier = "post");
}
