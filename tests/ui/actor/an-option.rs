use trackplan::track;

fn main() {
    track!("page_viewing", actor = Some("user_1"));
}
