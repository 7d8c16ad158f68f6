use trackplan::track;

fn main() {
    track!("PrListExported", format = "csv", has_filters = true, row_count = 1);
}
