#[trackplan::tracked("user_signd_up", carrier = "post")]
async fn sign_up(rows: u8) -> Result<u8, ()> {
    Ok(rows)
}

fn main() {
    // Calls of the function still type-check: this mistake is the user's own.
    drop(sign_up("many"));
}
