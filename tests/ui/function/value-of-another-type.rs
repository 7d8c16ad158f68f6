#[trackplan::tracked("order_placed", on = Ok(count), carrier = "post", item_count = count, total = 1.0, is_gift = true, rating = 1)]
async fn place() -> Result<String, ()> {
    Ok(String::new())
}

fn main() {
    drop(place());
}
