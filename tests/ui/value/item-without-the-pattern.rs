use trackplan::track;

fn main() {
    track!("coupon_applied", coupon = "SPRING-5", labels = ["spring", "Sale"]);
}
