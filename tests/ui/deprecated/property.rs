#![deny(deprecated)]

use trackplan::track;

fn main() {
    track!("parcel_sent", carrier = "post", weight = 1.5);
}
