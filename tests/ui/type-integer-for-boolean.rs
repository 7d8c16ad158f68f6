use trackplan::track;

fn main() {
    track!("pr_list_exported", format = "csv", has_filters = 1, row_count = 1);
}
