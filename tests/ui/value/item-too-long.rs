use trackplan::track;

fn main() {
    track!("order_placed", carrier = "post", item_count = 1, total = 2.5, is_gift = false, rating = None, codes = ["ok", "too-long"]);
}
