use trackplan::track;

fn main() {
    track!("invoice_paid", groups = "acme", amount = 1.0);
}
