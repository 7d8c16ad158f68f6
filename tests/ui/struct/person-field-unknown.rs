#[derive(trackplan::PersonProperties)]
struct Person {
    rol: &'static str,
}

fn main() {}
