use trackplan::identify;

fn main() {
    identify!();
}
