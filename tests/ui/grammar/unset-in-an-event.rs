use trackplan::track;

fn main() {
    track!("invoice_paid", amount = 7, unset(rolle));
}
