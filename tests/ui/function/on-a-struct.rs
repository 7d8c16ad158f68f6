#[trackplan::tracked("user_signed_up", carrier = "post")]
struct SignUp;

fn main() {
    let _ = SignUp;
}
