fn main() {
    let _payload = trackplan::flag!("checkout_copy", payload, default = "short");
}
