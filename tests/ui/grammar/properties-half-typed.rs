use trackplan::track;

fn main() {
    track!("order_placed", carrier = , item_count, total = 1.0, is_gift: true, rating = 1);
}
