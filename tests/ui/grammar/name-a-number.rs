use trackplan::track;

fn main() {
    track!(7);
}
