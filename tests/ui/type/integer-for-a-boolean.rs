use trackplan::track;

fn main() {
    let gift = 1;
    track!(
        "order_placed",
        carrier = "post",
        item_count = 1,
        total = 1.0,
        is_gift = gift,
        rating = 1,
    );
}
