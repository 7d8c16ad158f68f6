use trackplan::identify;

fn main() {
    identify!(actor = "user_1", role = "admin", unset(role));
}
