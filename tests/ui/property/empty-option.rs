use trackplan::track;

fn main() {
    let count: Option<i64> = None;
    track!("order_placed", carrier = "post", item_count = count, total = 1.0, is_gift = true, rating = 1);
}
