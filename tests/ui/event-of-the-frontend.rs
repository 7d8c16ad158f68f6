use trackplan::track;

fn main() {
    track!("theme_switched", theme = "dark");
}
