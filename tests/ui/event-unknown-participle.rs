use trackplan::track;

fn main() {
    track!("invoice_paying");
}
