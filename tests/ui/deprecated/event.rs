#![deny(deprecated)]

use trackplan::track;

fn main() {
    track!("bill_paid");
}
