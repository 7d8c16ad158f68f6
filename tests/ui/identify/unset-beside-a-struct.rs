use trackplan::{PersonProperties, identify};

#[derive(PersonProperties)]
struct Profile {
    visits_count: u32,
}

fn main() {
    identify!(Profile { visits_count: 1 }, actor = "user_1", unset(role));
}
