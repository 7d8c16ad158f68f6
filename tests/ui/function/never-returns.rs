#[trackplan::tracked("user_signed_up", carrier = "post")]
fn serve() -> ! {
    loop {}
}

fn main() {
    serve();
}
