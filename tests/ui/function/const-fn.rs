#[trackplan::tracked("user_signed_up", carrier = "post")]
const fn sign_up() {}

fn main() {
    sign_up();
}
