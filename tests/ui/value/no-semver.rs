use trackplan::track;

fn main() {
    track!("link_shared", app_version = "v1.2");
}
