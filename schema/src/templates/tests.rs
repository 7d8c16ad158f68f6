use super::check;
use crate::plan::Source;
use crate::yaml;

const PLAN: &str = "\
plan: shop
groups:
  team: { key: team_slug }
events:
  order_paid: { source: backend }
  menu_opened: { source: frontend }
  theme_switched:
    source: frontend
    properties: { theme: { type: enum, values: [light, dark] }, count: { type: integer, optional: true } }
  link_clicked: { source: both, scope: team, properties: { link_target: { type: string, pattern: '^[a-z]' } } }
";

fn source(path: &str, text: &str) -> Source {
    Source {
        path: path.to_owned(),
        text: text.to_owned(),
    }
}

/// Each finding as the text that it points at, its message, and its help.
fn findings(path: &str, text: &str) -> Vec<(String, String, String)> {
    let (plan, _) = yaml::load(vec![source("plan.yaml", PLAN)]);
    let found = check(&plan, &[source(path, text)], 1);
    let told = found.into_iter().map(|finding| {
        let span = finding.span.expect("a place");
        assert_eq!(span.file, 1);
        let at = text.get(span.start..span.end).expect("within the file");
        (
            at.to_owned(),
            finding.message,
            finding.help.unwrap_or_default(),
        )
    });
    told.collect()
}

fn one(text: &str) -> (String, String, String) {
    let mut found = findings("page.html", text);
    assert_eq!(found.len(), 1, "{found:?}");
    found.remove(0)
}

#[test]
fn what_keeps_to_the_plan_is_left_alone() {
    let text = r#"
<!-- <a data-track="nothing"> --> {# <a data-track="nothing"> #}
<!-- posthog.capture("nothing") é --> {# <b {{ track_attrs!("nothing") }}> #}
<button data-track="menu_opened" data-track-once>Menu</button>
<a href="{{ shell.path("") }}x" data-track=link_clicked data-track-link-target='{{ "a" }}' data-track-team_slug="acme">
<i data-track="{{ name }}" data-track-anything="x"></i>
<i {{ track_attrs!("theme_switched", theme = "dark") }} data-track-on="change"></i>
<a {{ track_attrs!("link_clicked", groups(team = team.slug), link_target = if a { "b = c" } else { d })|safe }}>
<i data-track="theme_switched" data-track-props='{"theme": "dark", "count": 1}'></i>
<i data-track="theme_switched" {% if dark %}data-track-theme="dark"{% endif %}></i>
<i data-track="theme_switched" data-track-props="{&quot;thme&quot;: 1}"></i>
<i data-track="theme_switched" data-track-props='{"thme": {{ x }}}'></i>
<i data-track="link_clicked" data-track-link-target="x" data-track-props='{"team_slug": "acme"}'></i>
<i data-track="link_clicked" data-track-team-slug="acme" data-track-link-target="&amp;"></i>
<script>posthog.capture('menu_opened'); posthog.capture(name)</script>
"#;
    assert_eq!(findings("page.html", text), []);
}

#[test]
fn every_mistake_is_told_at_its_place() {
    let cases = [
        (
            r#"<b data-track="theme_swiched">"#,
            "theme_swiched",
            "no event",
            "theme_switched",
        ),
        (
            r#"<b data-track="order_paid">"#,
            "order_paid",
            "by servers alone",
            "",
        ),
        (
            r#"<b data-track="theme_switched" data-track-theme="drak">"#,
            "drak",
            "can't be",
            "dark",
        ),
        (
            r#"<b data-track="theme_switched" data-track-them="dark">"#,
            "data-track-them",
            "no property",
            "data-track-theme",
        ),
        (
            r#"<b data-track="theme_switched" data-track-theme="dark" data-track-count="7">"#,
            "data-track-count",
            "is no text",
            "data-track-props",
        ),
        (
            r#"<b data-track="theme_switched">"#,
            "theme_switched",
            "lacks `theme`",
            "",
        ),
        (
            r#"<b data-track="link_clicked" data-track-link-target="x">"#,
            "link_clicked",
            "lacks `team_slug`",
            "",
        ),
        (
            r#"<b data-track="menu_opened" data-track-on="hover">"#,
            "hover",
            "does not listen",
            "",
        ),
        (
            r#"<b data-track="theme_switched" data-track-props='{"theme": "dark", "cuont": 1}'>"#,
            "cuont",
            "no property",
            "did you mean `count`?",
        ),
        (
            r#"<b data-track="theme_switched" data-track-props='{"theme": "drak"}'>"#,
            "theme",
            "can't be `drak`",
            "did you mean `dark`?",
        ),
        (
            r#"<b data-track="theme_switched" data-track-theme="dark" data-track-props='{"count": 1.5}'>"#,
            "count",
            "can't be 1.5: it is no whole number",
            "",
        ),
        (
            r#"<b data-track="theme_switched" data-track-theme="dark" data-track-props='{"count": null}'>"#,
            "count",
            "is not nullable",
            "",
        ),
        (
            r#"<b data-track="theme_switched" data-track-props='{"theme": ["dark"]}'>"#,
            "theme",
            "is of another type",
            "",
        ),
        (
            r#"<b data-track="theme_switched" data-track-props='{"count": 1}'>"#,
            "theme_switched",
            "lacks `theme`",
            "",
        ),
        (
            r#"<b data-track="theme_switched" data-track-props='{theme: "dark"}'>"#,
            "{theme: \"dark\"}",
            "no JSON object: key must be a string",
            "",
        ),
        (
            r#"<b data-track="link_clicked" data-track-team-slug="acme" data-track-link-target="7">"#,
            "7",
            "can't be \"7\": it does not match the pattern",
            "",
        ),
        (
            r#"<b data-track="link_clicked" data-track-team-slug="acme" data-track-props='{"link_target": "7"}'>"#,
            "link_target",
            "can't be \"7\": it does not match the pattern",
            "",
        ),
        (
            r#"<b data-track-theme="dark">"#,
            "data-track-theme",
            "stands alone",
            "",
        ),
        (
            r#"<b {{ track_attrs!("theme_swiched", theme = "dark")|safe }}>"#,
            "theme_swiched",
            "no event",
            "theme_switched",
        ),
        (
            r#"<b {{ track_attrs!("link_clicked", groups(team = x.slug(a = 1)), link_taget = b == "c, d = e")|safe }}>"#,
            "link_taget",
            "no property",
            "link_target",
        ),
        (
            r#"<b {{ track_attrs!("link_clicked", link_target = "C:\\", link_taget = "c = d")|safe }}>"#,
            "link_taget",
            "no property",
            "link_target",
        ),
        (
            r#"<style>@media print{#side{display:none}}</style><b data-track="menu_open">"#,
            "menu_open",
            "no event",
            "menu_opened",
        ),
        (
            r#"<script>posthog.capture( "menu_open", {})</script>"#,
            "menu_open",
            "no event",
            "menu_opened",
        ),
    ];
    for (text, at, message, help) in cases {
        let found = one(text);
        assert_eq!(found.0, at, "{text}");
        assert!(found.1.contains(message), "{found:?}");
        assert!(found.2.contains(help), "{found:?}");
    }
}

#[test]
fn a_property_is_found_where_it_is_a_key() {
    let text = r#"<b data-track="link_clicked" data-track-props='{"link_target": "count", "count" : 1, "team_slug": ""}'>"#;
    let (plan, _) = yaml::load(vec![source("plan.yaml", PLAN)]);
    let found = check(&plan, &[source("page.html", text)], 1);
    let span = found[0].span.expect("a place");
    assert!(text[span.start..].starts_with("count\" : 1"), "{found:?}");
}

#[test]
fn scripts_are_searched_for_raw_calls_alone() {
    let text = "// <b data-track=\"nothing\">\nposthog.capture('menu_opned')";
    let found = findings("src/app.ts", text);
    assert_eq!(found.len(), 1);
    assert_eq!(found[0].0, "menu_opned");
}

#[test]
fn files_that_end_anywhere_are_read() {
    let text = r#"{{ track_attrs!("menu_opened", é = (a), b) }}<b é data-track="theme_switched" data-track-theme="{{ x }}" {% y"#;
    for end in (0..text.len()).filter(|end| text.is_char_boundary(*end)) {
        findings("page.html", &text[..end]);
    }
}
