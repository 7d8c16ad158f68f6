use trackplan::track;

fn main() {
    let carrier = String::from("post");
    track!(
        "order_placed",
        carrier = carrier,
        item_count = 1,
        total = 1.0,
        is_gift = true,
        rating = 1,
    );
}
