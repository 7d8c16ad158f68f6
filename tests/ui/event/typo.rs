use trackplan::track;

fn main() {
    track!("user_signd_up", carrier = "post");
}
