#[trackplan::tracked("user_signed_up", when = 1, carrier = "post")]
fn sign_up() {}

fn main() {
    sign_up();
}
