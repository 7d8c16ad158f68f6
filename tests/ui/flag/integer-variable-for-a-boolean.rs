fn main() {
    let is_new = 1;
    let _ = trackplan::flag!("new_checkout", default = is_new);
}
