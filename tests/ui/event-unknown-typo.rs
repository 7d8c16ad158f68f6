use trackplan::track;

fn main() {
    track!("pr_list_exportd", format = "csv", has_filters = true, row_count = 1);
}
