fn main() {
    ::trackplan::__private::event(
        &exported,
        ::core::option::Option::Some(&*::trackplan::Actor::distinct_id(&&user)),
        &[],
    );
}
