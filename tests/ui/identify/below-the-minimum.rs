use trackplan::identify;

fn main() {
    identify!(actor = "user_1", visits_count = -1);
}
