fn main() {
    {
        let _ = ::core::include_bytes!("/repo/schema/tracking_plan.lock/group/team");
        ::trackplan::__private::group(
            "?\"$groupidentify\"\n\n=\"$group_type\":\"team\"\n\"$group_key\":\n\"$group_set\":{\n=\"plan\":\"pro\"\n?min 0\n\"repos_tracked\":\n}",
            "$team_",
            ::trackplan::__private::key(&&team.slug),
            &[::trackplan::__private::optional_integer(&repos.len())],
        )
    };
}
