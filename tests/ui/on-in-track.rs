use trackplan::track;

fn main() {
    track!("pr_list_exported", on = Ok(_), format = "csv", has_filters = true, row_count = 1);
}
