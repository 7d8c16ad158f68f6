trackplan::plan!("shop");

fn main() {}
