use trackplan::track_attrs;

fn main() {
    _ = track_attrs!("drawer_opened", team_slug = "acme", colour = "dark_red", item_count = 2);
}
