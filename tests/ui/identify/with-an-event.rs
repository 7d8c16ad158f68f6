use trackplan::identify;

fn main() {
    identify!("user_signed_up", carrier = "post");
}
