fn export(
    filter: Option<Filter>,
) -> impl ::core::future::Future<Output = Result<Export, AppError>> {
    let pending0 = {
        let _ = ::core::include_bytes!(
            "/repo/schema/tracking_plan.lock/event/pr_list_exported"
        );
        ::trackplan::__private::Pending::new(
            "?\"pr_list_exported\"\n\"team\":\"team_slug\":\n=\"format\":\"csv\"\n\"has_filters\":\n?min 0\n\"row_count\":",
            [::trackplan::__private::boolean(&filter.is_some())],
        )
    };
    ::trackplan::__private::tracked(
        async move {
            let _ = (&filter,);
            if false {
                return ::trackplan::__private::returned::<Result<Export, AppError>>();
            }
            ({ write(filter).await })
        },
        move |output| {
            #[allow(irrefutable_let_patterns)]
            if let Ok(export) = output {
                if !export.is_empty {
                    pending0
                        .about(
                            ::core::option::Option::Some(
                                &*::trackplan::Actor::distinct_id(&&export.user),
                            ),
                            &[],
                        )
                        .finish(&[::trackplan::__private::integer(&export.rows)]);
                }
            }
        },
    )
}
