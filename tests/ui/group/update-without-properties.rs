fn main() {
    trackplan::group!("company", key = "acme");
}
