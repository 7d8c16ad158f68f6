use trackplan::track;

fn main() {
    track!("invoice_paid", groups(warehouse = "w"), amount = 1.0);
}
