fn main() {
    {
        let _ = ::core::include_bytes!(
            "/repo/schema/tracking_plan.lock/event/pr_list_exported"
        );
        ::trackplan::__private::capture(
            "\"pr_list_exported\"\n\"team\":\"team_slug\":\n=\"format\":\"csv\"\n=\"has_filters\":true\n=\"row_count\":12",
            ::core::option::Option::None,
            &[],
            &[],
        )
    };
}
