#[trackplan::event("invoice_paid")]
fn pay() {}

fn main() {
    pay();
}
