struct User(String);

impl User {
    fn into_count(self) -> i64 {
        self.0.len() as i64
    }
}

#[trackplan::tracked("order_placed", carrier = "post", item_count = user.into_count(), total = 1.0, is_gift = true, rating = 1)]
fn place(user: User) {
    drop(user);
}

fn main() {
    place(User(String::new()));
}
