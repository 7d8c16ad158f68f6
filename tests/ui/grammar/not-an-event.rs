use trackplan::track;

fn main() {
    track!(vec![1]);
}
