#[trackplan::tracked("pr_list_exported", format = "csv", has_filters = true, row_count = 1)]
const fn export() {}

fn main() {
    export();
}
