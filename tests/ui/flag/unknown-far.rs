fn main() {
    let _ = trackplan::flag!("dark_mode", default = false);
}
