use trackplan::track;

fn main() {
    let total = ();
    track!(
        "order_placed",
        carrier = "post",
        item_count = 1,
        total = total,
        is_gift = true,
        rating = 1,
    );
}
