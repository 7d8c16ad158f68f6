use trackplan::track;

fn main() {
    track!("ticket_stamped", stamp = "SPRING");
}
