#[trackplan::event("invoice_paid")]
struct InvoicePaid;

fn main() {
    trackplan::Event::capture(&InvoicePaid {});
}
