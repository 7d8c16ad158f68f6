use trackplan::track;

fn main() {
    let count = String::from("1");
    track!(
        "order_placed",
        carrier = "post",
        item_count = count,
        total = 1.0,
        is_gift = true,
        rating = 1,
    );
}
