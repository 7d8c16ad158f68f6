use trackplan::track;

fn main() {
    let rows = 1;
    track!(
        "order_placed",
        carrier = "post",
        item_count = rows == 2,
        total = 1.0,
        is_gift = true,
        rating = 1,
    );
}
