use trackplan::track_attrs;

fn main() {
    _ = track_attrs!("coupon_applied", coupon = "spring");
}
