use trackplan::track;

fn main() {
    track!("invoice_paid", amount = 1.0, team_slug = "acme");
}
