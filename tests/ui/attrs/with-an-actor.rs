use trackplan::track_attrs;

fn main() {
    _ = track_attrs!("banner_closed", actor = "user_1");
}
