use trackplan::track;

fn main() {
    track!("2fa_enabled");
}
