use trackplan::track;

fn main() {
    track!("link_shared", article = "My Article");
}
