use trackplan::identify;

fn main() {
    identify!(actor = "user_1", unset(rolle));
}
