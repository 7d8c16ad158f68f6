use trackplan::track;

fn main() {
    track!("invoice_paid", groups(team = 7), amount = 1.0);
}
