use trackplan::identify;

fn main() {
    identify!(String::new(), actor = "user_1");
}
