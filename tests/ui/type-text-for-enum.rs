use trackplan::track;

fn main() {
    let format = String::from("csv"); track!("pr_list_exported", format = format, has_filters = true, row_count = 1);
}
