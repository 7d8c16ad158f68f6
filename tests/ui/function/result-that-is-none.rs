enum ScanResult {
    Clean,
}

#[trackplan::tracked("user_signed_up", carrier = "post")]
fn scan() -> ScanResult {
    ScanResult::Clean
}

fn main() {
    scan();
}
