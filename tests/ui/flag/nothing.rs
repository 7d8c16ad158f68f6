fn main() {
    let _ = trackplan::flag!();
}
