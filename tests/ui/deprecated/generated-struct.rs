#![deny(deprecated)]

#[trackplan::event("bill_paid")]
struct BillPaid;

fn main() {
    trackplan::track!(BillPaid {});
}
