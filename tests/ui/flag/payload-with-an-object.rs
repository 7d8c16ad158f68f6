fn main() {
    let _payload = trackplan::flag!("button_colour", payload);
}
