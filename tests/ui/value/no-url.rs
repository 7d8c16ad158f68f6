use trackplan::track;

fn main() {
    track!("link_shared", shop_url = "example.org");
}
