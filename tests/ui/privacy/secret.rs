use trackplan::track;

fn main() {
    track!("token_issued", kind_code = "x");
}
