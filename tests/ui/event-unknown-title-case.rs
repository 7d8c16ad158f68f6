use trackplan::track;

fn main() {
    track!("Pr List Exported");
}
