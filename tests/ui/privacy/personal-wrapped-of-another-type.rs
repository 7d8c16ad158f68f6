use trackplan::{Personal, identify};

fn main() {
    identify!(actor = "user_1", email = Personal(7));
}
