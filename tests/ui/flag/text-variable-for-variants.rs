fn main() {
    let copy = String::from("short");
    let _ = trackplan::flag!("checkout_copy", default = copy);
}
