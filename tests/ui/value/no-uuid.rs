use trackplan::track;

fn main() {
    track!("link_shared", order_uuid = "1234");
}
