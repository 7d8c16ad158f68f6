#[trackplan::tracked("user_signd_up", carrier = "post")]
#[trackplan::tracked("order_placd", carrier = "post")]
fn sign_up() {}

fn main() {
    sign_up();
}
