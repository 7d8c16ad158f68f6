async fn export(&self, filter: Option<&Filter>) -> Export {
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
    let output = async move {
        if false {
            return ::trackplan::__private::returned::<Export>();
        }
        ({ self.write(filter).await })
    }
        .await;
    pending0.finish(&[]);
    output
}
