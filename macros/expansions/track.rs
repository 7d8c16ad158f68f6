fn main() {
    {
        let _ = ::core::include_bytes!(
            "/repo/schema/tracking_plan.lock/event/pr_list_exported"
        );
        ::trackplan::__private::capture(
            "?\"pr_list_exported\"\n\"team\":\"team_slug\":\n=\"format\":\"csv\"\n\"has_filters\":\n?min 0\n\"row_count\":",
            ::core::option::Option::Some(&*::trackplan::Actor::distinct_id(&&user)),
            &[("team", ::trackplan::__private::key(&&team.slug))],
            &[
                ::trackplan::__private::boolean(&filter.is_some()),
                ::trackplan::__private::integer(&rows.len()),
            ],
        )
    };
}
