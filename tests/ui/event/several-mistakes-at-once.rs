use trackplan::track;

fn main() {
    track!("order_placed", carier = "post", item_count = 0, total = "much", is_gift = true, rating = None, when = true);
}
