use trackplan::track;

fn main() {
    track!("signed_out_assistant");
}
