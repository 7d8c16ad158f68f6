use super::*;

fn completed(name: &str) -> Option<(&'static str, Option<String>)> {
    Conventions::default()
        .check_event(name, State::Completed)
        .map(|violation| (violation.code, violation.suggestion))
}

#[test]
fn names_that_keep_the_conventions() {
    for name in [
        "user_signed_up",
        "repo_sync_completed",
        "integration_connected",
        "invite_sent",
        "session_timed_out",
        "password_reset",
        "pr_list_exported",
        "chart_interacted",
    ] {
        assert_eq!(completed(name), None, "{name}");
    }
    let ongoing = Conventions::default().check_event("dashboard_viewing", State::Ongoing);
    assert_eq!(ongoing, None);
}

#[test]
fn names_that_break_them_get_a_name_that_does_not() {
    let cases: &[(&str, &str, Option<&str>)] = &[
        ("UserSignedUp", "event-case", Some("user_signed_up")),
        ("user-signed-up", "event-case", Some("user_signed_up")),
        ("User Signed Up", "event-case", Some("user_signed_up")),
        ("PRListExport", "event-case", Some("pr_list_exported")),
        (
            "dashboard_first_view",
            "event-tense",
            Some("dashboard_first_viewed"),
        ),
        ("invite_send", "event-tense", Some("invite_sent")),
        ("invite_sending", "event-tense", Some("invite_sent")),
        (
            "sidebar_navigation",
            "event-tense",
            Some("sidebar_navigated"),
        ),
        ("form_submission", "event-grammar", None),
        ("plan_stop", "event-tense", Some("plan_stopped")),
        ("reply_copy", "event-tense", Some("reply_copied")),
        (
            "connected_integration",
            "event-grammar",
            Some("integration_connected"),
        ),
        ("signed_up_user", "event-grammar", Some("user_signed_up")),
        ("signed_up", "event-grammar", None),
        ("connected", "event-grammar", None),
        ("github_team", "event-grammar", None),
        ("news_feed", "event-grammar", None),
        ("", "event-case", None),
        ("_", "event-case", None),
        ("événement_créé", "event-case", None),
    ];
    for &(name, code, suggestion) in cases {
        let found = completed(name);
        assert_eq!(found, Some((code, suggestion.map(str::to_owned))), "{name}");
    }
}

#[test]
fn an_ongoing_event_wants_a_participle() {
    let check = |name| {
        Conventions::default()
            .check_event(name, State::Ongoing)
            .and_then(|violation| violation.suggestion)
    };
    assert_eq!(
        check("dashboard_viewed"),
        Some("dashboard_viewing".to_owned())
    );
    assert_eq!(check("job_run"), Some("job_running".to_owned()));
    assert_eq!(check("chart_filter"), Some("chart_filtering".to_owned()));
}

#[test]
fn other_conventions_are_followed() {
    let title = Conventions {
        event_case: Case::Title,
        ..Conventions::default()
    };
    assert_eq!(
        title.check_event("Integration Connected", State::Completed),
        None
    );
    let violation = title.check_event("Integration Connect", State::Completed);
    assert_eq!(
        violation.and_then(|violation| violation.suggestion),
        Some("Integration Connected".to_owned())
    );

    let action_first = Conventions {
        event_grammar: Grammar::ActionObject,
        completed: Tense::Present,
        ..Conventions::default()
    };
    assert_eq!(
        action_first.check_event("connect_integration", State::Completed),
        None
    );
    assert!(
        action_first
            .check_event("integration_connected", State::Completed)
            .is_some()
    );

    let free = Conventions {
        event_grammar: Grammar::Any,
        ..Conventions::default()
    };
    assert_eq!(free.check_event("github_team", State::Completed), None);
}

#[test]
fn properties_are_checked_for_case() {
    let suggestion = |name| {
        Conventions::default()
            .check_property(name)
            .and_then(|violation| violation.suggestion)
    };
    assert_eq!(Conventions::default().check_property("team_slug"), None);
    assert_eq!(suggestion("teamSlug"), Some("team_slug".to_owned()));
    assert_eq!(suggestion("Team Slug"), Some("team_slug".to_owned()));
}

#[test]
fn cases_convert_into_each_other() {
    let forms = [
        "pr_list_seen",
        "prListSeen",
        "PrListSeen",
        "pr-list-seen",
        "Pr List Seen",
        "pr list seen",
    ];
    for (case, expected) in Case::ALL.iter().zip(forms) {
        for form in forms {
            assert_eq!(case.convert(form), expected, "{form}");
        }
        assert!(case.accepts(expected), "{expected}");
    }
}

#[test]
fn nearest_means_close() {
    let names = [
        "integration_connected",
        "integration_disconnected",
        "theme_switched",
    ];
    assert_eq!(
        nearest("integration_conected", names),
        Some("integration_connected")
    );
    assert_eq!(
        nearest("connected_integration", names),
        Some("integration_connected")
    );
    assert_eq!(
        nearest("IntegrationConnected", names),
        Some("integration_connected")
    );
    assert_eq!(nearest("invoice_paid", names), None);
}
