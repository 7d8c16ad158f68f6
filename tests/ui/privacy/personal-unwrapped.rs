use trackplan::identify;

fn main() {
    let email = String::from("ada@example.org");
    identify!(actor = "user_1", email = email);
}
