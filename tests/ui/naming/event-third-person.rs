use trackplan::track;

fn main() {
    track!("voucher_sends");
}
