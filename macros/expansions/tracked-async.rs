fn export(
    filter: Option<Filter>,
    rows: Vec<Row>,
) -> impl ::core::future::Future<Output = Result<Export, AppError>> {
    let _ = ::core::include_bytes!(
        "/repo/schema/tracking_plan.lock/event/pr_list_exported"
    );
    ::trackplan::__private::tracked_ok(
        ::trackplan::__private::Pending::new(
            "?\"pr_list_exported\"\n\"team\":\"team_slug\":\n=\"format\":\"csv\"\n\"has_filters\":\n?min 0\n\"row_count\":",
            [
                ::trackplan::__private::boolean(&filter.is_some()),
                ::trackplan::__private::integer(&rows.len()),
            ],
        ),
        async move {
            let _ = (&rows, &filter);
            if false {
                return ::trackplan::__private::returned::<Result<Export, AppError>>();
            }
            ({ write(rows).await })
        },
    )
}
