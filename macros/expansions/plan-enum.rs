const _: fn() = || {
    ::core::include_bytes!("/repo/schema/tracking_plan.lock/event/pr_list_exported");
};
#[automatically_derived]
impl ::trackplan::PlanEnum for Format {
    const ALL: &'static [Self] = &[Self::Csv, Self::Json];
    fn as_str(&self) -> &'static ::core::primitive::str {
        match *self {
            Self::Csv => "csv",
            Self::Json => "json",
        }
    }
}
#[automatically_derived]
impl ::trackplan::__private::PlanEnumOf<16993449411939301755u64> for Format {}
#[automatically_derived]
impl ::trackplan::__private::Item for Format {
    fn item(&self) -> ::trackplan::__private::Value<'_> {
        ::trackplan::__private::Value::Text(::trackplan::PlanEnum::as_str(self))
    }
}
