#[derive(trackplan::Event)]
#[event("invoice_paid")]
enum Paid {
    Yes,
}

fn main() {
    let _ = Paid::Yes;
}
