use trackplan::track;

fn main() {
    track!("pr_list_exported", format = "csv", hasFilters = true, row_count = 1);
}
