use trackplan::track;

fn main() {
    let count = 1.5_f64;
    track!(
        "order_placed",
        carrier = "post",
        item_count = count,
        total = 1.0,
        is_gift = true,
        rating = 1,
    );
}
