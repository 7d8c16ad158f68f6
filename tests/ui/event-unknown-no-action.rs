use trackplan::track;

fn main() {
    track!("github_team");
}
