use trackplan::track;

fn main() {
    track!(carrier = "post", "user_signed_up");
}
