#![deny(unused_must_use)]

#[trackplan::tracked("user_signed_up", carrier = "post")]
#[must_use]
async fn sign_up() -> bool {
    true
}

async fn forget() {
    sign_up().await;
}

fn main() {
    drop(forget());
}
