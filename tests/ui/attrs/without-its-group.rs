use trackplan::track_attrs;

fn main() {
    _ = track_attrs!("drawer_opened", colour = "light_blue", item_count = 2);
}
