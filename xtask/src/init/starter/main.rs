use trackplan::track;

fn main() {
    // Reads POSTHOG_API_KEY and POSTHOG_HOST. Without a key nothing is sent.
    let _guard = trackplan::init!();
    sign_up("user_1");
}

fn sign_up(user: &str) {
    track!("user_signed_up", actor = user, method = "email");
}
