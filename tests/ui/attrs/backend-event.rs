use trackplan::track_attrs;

fn main() {
    _ = track_attrs!("order_placed", carrier = "post", item_count = 1, total = 2.5, is_gift = false, rating = None);
}
