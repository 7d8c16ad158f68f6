#[automatically_derived]
impl<'a> ::trackplan::Event for Exported<'a> {
    fn __encoded(&self) -> ::trackplan::__private::Encoded {
        let _ = ::core::include_bytes!(
            "/repo/schema/tracking_plan.lock/event/pr_list_exported"
        );
        ::trackplan::__private::Encoded::new(
            "?\"pr_list_exported\"\n\"team\":\"team_slug\":\n\"format\":\n?min 0\n\"row_count\":\n\"has_filters\":",
            &[("team", ::trackplan::__private::key(&self.team_slug))],
            [
                ::trackplan::__private::member::<16993449411939301755>(&self.format),
                ::trackplan::__private::integer(&self.row_count),
                ::trackplan::__private::boolean(&self.has_filters),
            ],
        )
    }
}
