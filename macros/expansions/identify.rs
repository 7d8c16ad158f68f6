fn main() {
    {
        let _ = ::core::include_bytes!("/repo/schema/tracking_plan.lock/person");
        ::trackplan::__private::person(
            "\"$set\"\n\n\"$set\":{\n\"role\":\n}\n\"$set_once\":{\n=\"signup_source\":\"email\"\n}",
            ::core::option::Option::Some(&*::trackplan::Actor::distinct_id(&&user)),
            &[
                ::trackplan::__private::optional_member::<
                    2639662449687157901,
                >(&Role::Admin),
            ],
        )
    };
}
