fn main() {
    let _ = trackplan::flag!("new_checkout");
}
