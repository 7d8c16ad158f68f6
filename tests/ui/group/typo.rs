use trackplan::track;

fn main() {
    track!("invoice_paid", groups(tema = "acme"), amount = 1.0);
}
