use trackplan::flag;

async fn headline() -> String {
    match flag!("onboarding_cpy", payload).await {
        Some(copy) => copy.headline,
        None => String::new(),
    }
}

fn main() {
    _ = headline();
}
