#[derive(trackplan::PlanEnum)]
#[plan_enum("flag.button_colour")]
enum Colour {
    Red,
    Blue,
}

fn main() {
    let _ = trackplan::flag!("checkout_copy", default = Colour::Red);
}
