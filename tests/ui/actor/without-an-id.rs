use trackplan::track;

fn main() {
    struct User;
    
    track!("page_viewing", actor = User);
}
