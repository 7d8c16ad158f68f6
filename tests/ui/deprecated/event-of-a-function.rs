#![deny(deprecated)]

#[trackplan::tracked("bill_paid")]
fn pay() {}

fn main() {
    pay();
}
