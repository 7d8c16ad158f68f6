trait SignUp {
    #[trackplan::tracked("user_signed_up", carrier = "post")]
    fn sign_up(&self);
}

fn main() {}
