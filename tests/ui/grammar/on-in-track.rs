use trackplan::track;

fn main() {
    track!("page_viewing", on = Ok(_));
}
