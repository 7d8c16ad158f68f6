use trackplan::track;

fn main() {
    track!("link_shared", contact = "ada at example.org");
}
