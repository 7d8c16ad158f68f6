#[trackplan::event]
struct InvoicePaid;

fn main() {
    let _ = InvoicePaid;
}
