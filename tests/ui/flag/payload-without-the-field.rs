async fn subtitle() -> Option<String> {
    let copy = trackplan::flag!("checkout_copy", payload).await?;
    Some(copy.subtitle)
}

fn main() {
    drop(subtitle());
}
