#[derive(trackplan::PersonProperties)]
struct Person {
    email: String,
}

fn main() {}
