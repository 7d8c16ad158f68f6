//! A crate of a user's, outside of this workspace: what it sees when its plan changes.

use std::fs;

use trackplan_schema::lock;
use trackplan_tests::Folder;

const PLAN: &str = "\
plan: shop
enums:
  method: [card, cash]
groups:
  team: { key: team_slug }
events:
  invoice_paid:
    scope: team
    properties:
      amount: { type: number, unit: eur }
  bill_paid:
    deprecated: { reason: The word is invoice., renamed_to: invoice_paid }
  invoice_refunded:
    properties:
      method: method
";

const MAIN: &str = "\
fn main() {
    let _guard = trackplan::init!();
    first();
    second();
}

fn first() {
    trackplan::track!(\"invoice_paid\", groups(team = \"acme\"), amount = 3);
}

fn second() {
    trackplan::track!(\"bill_paid\");
    third(Method::Card);
    third(Method::Cash);
}

#[derive(trackplan::PlanEnum)]
#[plan_enum(\"method\")]
enum Method {
    Card,
    Cash,
}

#[trackplan::tracked(\"invoice_refunded\", method = method)]
fn third(method: Method) {}
";

/// Variables and imports that nothing but the macros uses.
const USES: &str = "\
use std::cmp::max;
use trackplan::{GroupProperties, flag, group, identify, track, track_attrs, tracked};

fn main() {
    let _guard = trackplan::init!();
    let (user, team, count) = (\"user_1\", String::from(\"acme\"), 3);
    track!(\"order_placed\", actor = user, groups(team = &team), item_count = max(count, 1), note = None);
    group!(Seats { seats_count: 3 }, key = &team);
    place(1);
    drop((read(true), headline()));
}

fn look(user: &str, count: u8, colour: Option<&str>) -> String {
    identify!(actor = user, visits_count = count);
    track_attrs!(\"drawer_opened\", colour = colour).to_string()
}

fn read(is_new: bool) -> impl Future<Output = bool> {
    look(\"\", 1, None);
    flag!(\"new_checkout\", default = is_new)
}

async fn headline() -> Option<String> {
    let copy = flag!(\"checkout_copy\", payload).await?;
    Some(copy.headline)
}

#[tracked(\"order_placed\", on = Ok(placed), when = *placed > limit, item_count = placed, note = limit)]
fn place(limit: u64) -> Result<u64, ()> {
    Ok(1)
}

#[derive(GroupProperties)]
#[group(\"team\")]
struct Seats {
    seats_count: u32,
}
";

/// The errors and warnings of `cargo check`, each with the line of `main.rs` that it points at.
fn check(shop: &Folder) -> Vec<String> {
    let output = shop
        .command(env!("CARGO"), ".", env!("CARGO_TARGET_TMPDIR"))
        .args(["check", "--quiet", "--message-format=short"])
        .output()
        .expect("cargo");
    let text = String::from_utf8_lossy(&output.stderr).into_owned();
    text.lines()
        .filter(|line| line.starts_with("src/main.rs"))
        .map(str::to_owned)
        .collect()
}

#[track_caller]
fn assert_says(found: &[String], expected: &[(&str, &str)]) {
    let is_said = |(line, (place, words)): (&String, &(&str, &str))| {
        line.starts_with(&format!("src/main.rs:{place}:")) && line.contains(words)
    };
    let all = found.len() == expected.len() && found.iter().zip(expected).all(is_said);
    assert!(all, "expected {expected:?}, found:\n{}", found.join("\n"));
}

/// One test, for each step is what the one before left behind, as in a day's work.
#[test]
fn the_build_follows_the_plan() {
    let shop = Folder::shop(MAIN, PLAN);
    let deprecated = ("12", "warning: use of deprecated function");
    let fresh = check(&shop);
    assert_says(&fresh, &[deprecated]);
    assert!(
        fresh[0].contains(
            "the event `bill_paid` is deprecated: The word is invoice.; use `invoice_paid`"
        ),
        "{fresh:?}"
    );

    // Edited and not regenerated: the build that was fresh notices, once.
    shop.write("schema/plan.yaml", &PLAN.replace("amount: {", "total: {"));
    assert_says(
        &check(&shop),
        &[(
            "2",
            "error: schema/plan.yaml changed since the plan was compiled; run: cargo xtask regenerate",
        )],
    );

    // Renamed: an error where the event is used, and nowhere else.
    shop.regenerate("schema");
    let renamed = [
        ("8", "the event `invoice_paid` has no property `amount`"),
        (
            "8",
            "the event `invoice_paid` lacks its property `total` (a number)",
        ),
    ];
    let found = check(&shop);
    let found: Vec<String> = found
        .into_iter()
        .filter(|line| line.contains("error"))
        .collect();
    let mut sorted = found;
    sorted.sort_by_key(|line| line.contains("lacks"));
    assert_says(&sorted, &renamed);

    // Back again.
    shop.write("schema/plan.yaml", PLAN);
    shop.regenerate("schema");
    assert_says(&check(&shop), &[deprecated]);

    // A file of the compiled plan got lost in a merge.
    let event = format!("schema/{}/event/invoice_paid", lock::FOLDER);
    let compiled = fs::read_to_string(shop.path(&event)).expect("an event");
    fs::remove_file(shop.path(&event)).expect("removed");
    let lost = "the file `event/invoice_paid` of the compiled plan is missing or broken";
    assert_says(&check(&shop), &[("8", lost), deprecated]);
    shop.write(&event, &compiled);

    let index = format!("schema/{}/index", lock::FOLDER);
    let current = fs::read_to_string(shop.path(&index)).expect("an index");

    // A lock of another version, a conflict in git, no lock at all: one clear error each.
    let of_version = |version| {
        let present = format!("trackplan-lock {}", lock::VERSION);
        current.replace(&present, &format!("trackplan-lock {version}"))
    };
    shop.write(&index, &of_version(99));
    assert_says(&check(&shop), &[("2", "written by a newer trackplan")]);
    shop.write(&index, &of_version(1));
    assert_says(&check(&shop), &[("2", "written by an older trackplan")]);
    shop.write(&index, &format!("<<<<<<< HEAD\n{current}"));
    assert_says(&check(&shop), &[("2", "the compiled plan is damaged")]);
    fs::remove_file(shop.path(&index)).expect("removed");
    let missing = "there is no compiled tracking plan; tried";
    assert_says(&check(&shop), &[("2", missing)]);

    // However much the macros use.
    shop.write("src/main.rs", USES);
    let payload = (
        "24",
        "the fields of this payload are those of the tracking plan",
    );
    assert_says(&check(&shop), &[("5", missing), payload]);
    let without_init = USES.replace("trackplan::init!()", "()");
    shop.write("src/main.rs", &without_init);
    assert_says(&check(&shop), &[("7", missing), payload]);
}
