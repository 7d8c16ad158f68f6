use std::pin::Pin;

#[trackplan::tracked("user_signed_up", carrier = "post")]
fn sign_up() -> Pin<Box<dyn Future<Output = ()>>> {
    Box::pin(async {})
}

fn main() {
    drop(sign_up());
}
