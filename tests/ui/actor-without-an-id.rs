use trackplan::track;

fn main() {
    track!("pr_list_exported", actor = 5, format = "csv", has_filters = true, row_count = 1);
}
