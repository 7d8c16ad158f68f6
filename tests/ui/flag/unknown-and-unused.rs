async fn read() {
    let is_new = trackplan::flag!("new_chekout", default = false).await;
    println!("{is_new}");
}

fn main() {
    drop(read());
}
