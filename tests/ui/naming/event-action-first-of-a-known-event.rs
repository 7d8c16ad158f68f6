use trackplan::track;

fn main() {
    track!("paid_invoice");
}
