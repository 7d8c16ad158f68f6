use trackplan::track;

fn main() {
    track!("pr_list_exported", format = "cvs", has_filters = true, row_count = 1);
}
