use trackplan::track;

fn main() {
    track!("exported_pr_list");
}
