fn main() {
    let _ = trackplan::flag!("checkout_copy", default = true);
}
