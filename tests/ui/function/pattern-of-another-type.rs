#[trackplan::tracked("user_signed_up", on = Some(_), carrier = "post")]
fn sign_up() -> Result<u8, ()> {
    Ok(1)
}

fn main() {
    sign_up().ok();
}
