use trackplan::identify;

fn main() {
    let visits = "many";
    identify!(actor = "user_1", visits_count = visits);
}
