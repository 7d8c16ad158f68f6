#[trackplan::tracked("user_signed_up", carrier = "post")]
async fn sign_up(rows: usize) -> Result<usize, String> {
    let rows: String = rows;
    Ok(rows.len())
}

fn main() {
    drop(sign_up(1));
}
