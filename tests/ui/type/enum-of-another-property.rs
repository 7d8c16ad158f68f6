use trackplan::{PlanEnum, track};

#[derive(PlanEnum)]
#[plan_enum("colour")]
enum Colour {
    DarkRed,
    LightBlue,
}

fn main() {
    let _ = Colour::LightBlue;
    track!("user_signed_up", carrier = Colour::DarkRed);
}
