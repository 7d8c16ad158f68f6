#[derive(trackplan::Event)]
#[event("user_signed_up")]
struct UserSignedUp {}

fn main() {}
