use trackplan::track;

fn main() {
    track!("coupon_applied", coupon = "SPRING-x");
}
