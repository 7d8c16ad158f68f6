#[trackplan::event("invoice_payed")]
struct InvoicePaid;

fn main() {
    let _ = InvoicePaid;
}
