use trackplan::track;

fn main() {
    track!("pr_list_exported", groups(tema = "acme"), format = "csv", has_filters = true, row_count = 1);
}
