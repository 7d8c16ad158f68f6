#[derive(trackplan::Event)]
struct UserSignedUp {
    carrier: &'static str,
}

fn main() {}
