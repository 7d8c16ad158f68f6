fn main() {
    let _payload = trackplan::flag!("new_checkout", payload);
}
