#[derive(trackplan::Event)]
#[event("invoice_paid")]
struct InvoicePaid(f64);

fn main() {}
