use trackplan::track;

fn main() {
    track!(
        "order_placed",
        carrier = "post",
        item_count = 1,
        total = 9999.75,
        is_gift = true,
        rating = 1,
    );
}
