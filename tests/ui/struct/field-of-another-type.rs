#[derive(trackplan::Event)]
#[event("invoice_paid")]
struct InvoicePaid {
    amount: String,
}

fn main() {}
