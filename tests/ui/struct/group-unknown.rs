#[derive(trackplan::GroupProperties)]
#[group("tema")]
struct Team {
    seats_count: i64,
}

fn main() {}
