use trackplan::track;

fn main() {
    track!("pr_list_export");
}
