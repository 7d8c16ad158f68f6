#[trackplan::tracked("user_signed_up", carrier = "post")]
fn sign_up() -> usize {
    "one"
}

fn main() {
    sign_up();
}
