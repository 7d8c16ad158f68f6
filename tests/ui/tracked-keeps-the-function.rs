#[trackplan::tracked("pr_list_exportd", format = "csv", has_filters = true, row_count = 1)]
async fn export(rows: u8) -> Result<u8, ()> {
    Ok(rows)
}

fn main() {
    // Calls of the function still type-check: this mistake is the user's own.
    drop(export("many"));
}
