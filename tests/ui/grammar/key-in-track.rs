use trackplan::track;

fn main() {
    track!("invoice_paid", key = "acme", amount = 1.0);
}
