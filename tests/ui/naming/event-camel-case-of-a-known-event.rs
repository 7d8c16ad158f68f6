use trackplan::track;

fn main() {
    track!("orderPlaced");
}
