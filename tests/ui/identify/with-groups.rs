use trackplan::identify;

fn main() {
    identify!(actor = "user_1", groups(team = "acme"), role = "admin");
}
