use trackplan::track;

fn main() {
    track!("user_signed_up", carrier = "post", ITEM_COUNT = 1);
}
