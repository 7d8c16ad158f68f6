use trackplan::track_attrs;

fn main() {
    _ = track_attrs!("drawer_opened", groups(team = "acme", company = "c"), colour = "dark_red", item_count = 2);
}
