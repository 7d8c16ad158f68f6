use trackplan::track;

fn main() {
    track!(
        "order_placed",
        carrier = "post",
        item_count = 1,
        total = 1.0,
        is_gift = true,
        rating = 1,
        note = b"x",
    );
}
