fn export(
    &self,
    filter: Option<&Filter>,
) -> impl ::core::future::Future<Output = Export> {
    let pending0 = {
        let _ = ::core::include_bytes!(
            "/repo/schema/tracking_plan.lock/event/pr_list_exported"
        );
        ::trackplan::__private::Pending::new(
            "?\"pr_list_exported\"\n\"team\":\"team_slug\":\n=\"format\":\"csv\"\n\"has_filters\":\n?min 0\n\"row_count\":",
            [
                ::trackplan::__private::boolean(&filter.is_some()),
                ::trackplan::__private::integer(&rows.len()),
            ],
        )
    };
    ::trackplan::__private::tracked(
        async move {
            let _ = (&filter,);
            if false {
                return ::trackplan::__private::returned::<Export>();
            }
            ({ self.write(filter).await })
        },
        move |_output| {
            pending0.finish(&[]);
        },
    )
}
