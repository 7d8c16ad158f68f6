/**A person downloaded the list of pull requests.

The event `pr_list_exported` of the tracking plan. Declared at `schema/pull_requests.yaml:18:3`.*/
pub struct Exported {
    ///The format of the file.
    pub format: ExportedFormat,
    ///The list was filtered.
    pub has_filters: ::core::primitive::bool,
    ///Pull requests in the file.
    pub row_count: ::core::primitive::i64,
}
///The values of `format` of the event `pr_list_exported`.
#[derive(
    ::core::fmt::Debug,
    ::core::clone::Clone,
    ::core::marker::Copy,
    ::core::cmp::PartialEq,
    ::core::cmp::Eq,
    ::core::hash::Hash,
    ::trackplan::PlanEnum
)]
#[plan_enum("pr_list_exported.format")]
pub enum ExportedFormat {
    ///`csv`
    #[plan_enum("csv")]
    Csv,
    ///`json`
    #[plan_enum("json")]
    Json,
}
#[automatically_derived]
impl ::trackplan::Event for Exported {
    fn __encoded(&self) -> ::trackplan::__private::Encoded {
        ::trackplan::__private::fields(
            "?\"pr_list_exported\"\n\"team\":\"team_slug\":\n\"format\":\n\"has_filters\":\n?min 0\n\"row_count\":",
            (
                ::trackplan::__private::member::<16993449411939301755>(&self.format),
                self.has_filters,
                self.row_count,
            ),
        )
    }
}
const _: fn() = || {
    ::core::include_bytes!("/repo/schema/tracking_plan.lock/event/pr_list_exported");
};
