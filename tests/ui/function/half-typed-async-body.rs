#[trackplan::tracked("user_signed_up", carrier = "post")]
async fn sign_up() -> usize {
    let name = String::new();
    name.len().
}

fn main() {
    sign_up();
}
