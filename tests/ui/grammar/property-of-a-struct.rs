use trackplan::track;

fn main() {
    let event = 1;
    track!(event, carrier = "post");
}
