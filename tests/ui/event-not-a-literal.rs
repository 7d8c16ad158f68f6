use trackplan::track;

fn main() {
    let name = "x"; track!(name);
}
