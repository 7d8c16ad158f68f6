use trackplan::{Event, event, track};

#[derive(Event)]
#[event("user_signed_up")]
struct SignedUp<'a> {
    carier: &'a str,
}

#[event("order_plced")]
struct OrderPlaced;

fn main() {
    track!(SignedUp { carier: "post" });
    OrderPlaced.capture();
}
