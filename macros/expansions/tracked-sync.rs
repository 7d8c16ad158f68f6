pub fn export(rows: &mut Rows) -> &mut Row {
    let _ = ::core::include_bytes!(
        "/repo/schema/tracking_plan.lock/event/pr_list_exported"
    );
    ::trackplan::__private::called(
        ::trackplan::__private::Pending::new(
            "?\"pr_list_exported\"\n\"team\":\"team_slug\":\n=\"format\":\"csv\"\n\"has_filters\":\n?min 0\n\"row_count\":",
            [
                ::trackplan::__private::boolean(&filter.is_some()),
                ::trackplan::__private::integer(&rows.len()),
            ],
        ),
        move || -> &mut Row { rows.first() },
    )
}
