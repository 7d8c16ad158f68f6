#[derive(trackplan::Event)]
#[event(invoice_paid)]
struct InvoicePaid {
    amount: f64,
}

fn main() {}
