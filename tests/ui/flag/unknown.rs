fn main() {
    let _ = trackplan::flag!("new_chekout", default = false);
}
