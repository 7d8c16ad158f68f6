#[trackplan::tracked("user_signed_up", carrier = "post")]
fn sign_up() -> impl Future<Output = ()> {
    async {}
}

fn main() {
    drop(sign_up());
}
