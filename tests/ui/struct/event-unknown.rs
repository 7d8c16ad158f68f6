#[derive(trackplan::Event)]
#[event("user_signd_up")]
struct UserSignedUp {
    carrier: &'static str,
}

fn main() {}
