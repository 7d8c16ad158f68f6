use trackplan::track_attrs;

fn main() {
    _ = track_attrs!("drawer_opened", groups(taem = "acme"), colour = "dark_red", item_count = 2);
}
