use trackplan::track;

fn main() {
    track!("pr_list_exported", format = "csv", has_filters = true, row_count = 1, row_count = 2);
}
