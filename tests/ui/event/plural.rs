use trackplan::track;

fn main() {
    track!("invoices_paid", amount = 1.0);
}
