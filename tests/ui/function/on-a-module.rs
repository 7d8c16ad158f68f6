#[trackplan::tracked("user_signed_up", carrier = "post")]
mod sign_up {}

fn main() {}
