enum ScanResult {
    Clean,
}

#[trackplan::tracked("user_signed_up", carrier = "post")]
async fn scan() -> ScanResult {
    ScanResult::Clean
}

fn main() {
    drop(scan());
}
