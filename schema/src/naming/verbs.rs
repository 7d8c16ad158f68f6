//! Just enough English: past tenses, participles, and the particles of phrasal verbs.

/// Words that follow the action of a phrasal verb: `user_signed_up`, `session_timed_out`.
pub(super) const PARTICLES: &[&str] = &[
    "about", "again", "away", "back", "by", "down", "in", "off", "on", "out", "over", "through",
    "to", "together", "up",
];

/// Irregular verbs of product events: base, past as an event says it (the participle where both exist).
const IRREGULAR: &[(&str, &str)] = &[
    ("become", "became"),
    ("begin", "began"),
    ("begin", "begun"),
    ("bind", "bound"),
    ("break", "broke"),
    ("break", "broken"),
    ("bring", "brought"),
    ("build", "built"),
    ("buy", "bought"),
    ("catch", "caught"),
    ("choose", "chosen"),
    ("choose", "chose"),
    ("come", "came"),
    ("cut", "cut"),
    ("deal", "dealt"),
    ("do", "done"),
    ("draw", "drawn"),
    ("fall", "fell"),
    ("find", "found"),
    ("forget", "forgot"),
    ("forget", "forgotten"),
    ("freeze", "frozen"),
    ("get", "got"),
    ("give", "given"),
    ("go", "gone"),
    ("go", "went"),
    ("grow", "grown"),
    ("hear", "heard"),
    ("hide", "hidden"),
    ("hit", "hit"),
    ("hold", "held"),
    ("keep", "kept"),
    ("know", "known"),
    ("lead", "led"),
    ("leave", "left"),
    ("lose", "lost"),
    ("make", "made"),
    ("meet", "met"),
    ("overwrite", "overwritten"),
    ("pay", "paid"),
    ("put", "put"),
    ("quit", "quit"),
    ("read", "read"),
    ("rebuild", "rebuilt"),
    ("redo", "redone"),
    ("reset", "reset"),
    ("resend", "resent"),
    ("rewrite", "rewritten"),
    ("run", "ran"),
    ("run", "run"),
    ("say", "said"),
    ("see", "seen"),
    ("sell", "sold"),
    ("send", "sent"),
    ("set", "set"),
    ("shake", "shaken"),
    ("show", "shown"),
    ("shut", "shut"),
    ("speak", "spoken"),
    ("spend", "spent"),
    ("split", "split"),
    ("spread", "spread"),
    ("stand", "stood"),
    ("steal", "stolen"),
    ("stick", "stuck"),
    ("take", "taken"),
    ("tell", "told"),
    ("think", "thought"),
    ("throw", "thrown"),
    ("undo", "undone"),
    ("understand", "understood"),
    ("unbind", "unbound"),
    ("win", "won"),
    ("withdraw", "withdrawn"),
    ("write", "written"),
];

/// Verbs that event names are made of; regular ones, in their base form. They serve suggestions only:
/// any word that ends like a past tense is accepted as one.
const REGULAR: &[&str] = &[
    "accept",
    "access",
    "activate",
    "add",
    "agree",
    "apply",
    "approve",
    "archive",
    "assign",
    "attach",
    "authenticate",
    "authorize",
    "ban",
    "block",
    "book",
    "boost",
    "browse",
    "call",
    "cancel",
    "capture",
    "change",
    "charge",
    "check",
    "clear",
    "click",
    "close",
    "collapse",
    "commit",
    "complete",
    "configure",
    "confirm",
    "connect",
    "convert",
    "copy",
    "create",
    "customize",
    "decline",
    "delete",
    "deploy",
    "detach",
    "disable",
    "disconnect",
    "dismiss",
    "display",
    "download",
    "drag",
    "drop",
    "duplicate",
    "edit",
    "enable",
    "engage",
    "enrich",
    "enroll",
    "enter",
    "evaluate",
    "exchange",
    "execute",
    "exit",
    "expand",
    "expire",
    "export",
    "fail",
    "favorite",
    "fetch",
    "filter",
    "finish",
    "focus",
    "follow",
    "generate",
    "grant",
    "hover",
    "import",
    "initiate",
    "install",
    "interact",
    "invite",
    "join",
    "launch",
    "like",
    "limit",
    "link",
    "list",
    "load",
    "log",
    "login",
    "mark",
    "match",
    "mention",
    "merge",
    "move",
    "mute",
    "name",
    "navigate",
    "notify",
    "observe",
    "offer",
    "open",
    "order",
    "pause",
    "pin",
    "play",
    "post",
    "preview",
    "process",
    "promote",
    "publish",
    "purchase",
    "queue",
    "rank",
    "rate",
    "receive",
    "record",
    "recover",
    "refer",
    "refresh",
    "refund",
    "register",
    "reject",
    "release",
    "reload",
    "remove",
    "rename",
    "renew",
    "replace",
    "reply",
    "report",
    "request",
    "resize",
    "resolve",
    "restart",
    "restore",
    "resume",
    "retry",
    "review",
    "revoke",
    "save",
    "scan",
    "schedule",
    "scroll",
    "search",
    "select",
    "share",
    "sign",
    "skip",
    "sort",
    "star",
    "start",
    "stop",
    "store",
    "stream",
    "submit",
    "subscribe",
    "succeed",
    "suggest",
    "suspend",
    "swipe",
    "switch",
    "sync",
    "tag",
    "tap",
    "test",
    "toggle",
    "track",
    "train",
    "transfer",
    "trigger",
    "type",
    "unblock",
    "unfollow",
    "uninstall",
    "unlink",
    "unlock",
    "unsubscribe",
    "update",
    "upgrade",
    "upload",
    "use",
    "validate",
    "verify",
    "view",
    "visit",
    "vote",
    "warn",
    "watch",
    "zoom",
];

/// Words that end in "ed" and are no past tense.
const NOT_PAST: &[&str] = &[
    "bed", "breed", "embed", "exceed", "feed", "need", "newsfeed", "proceed", "seed", "shed",
    "speed", "succeed", "weed",
];

/// Words that end in "ing" and are things rather than actions.
const NOT_PARTICIPLE: &[&str] = &[
    "bring", "building", "billing", "ceiling", "evening", "king", "meeting", "morning", "ping",
    "pricing", "ring", "setting", "sibling", "spring", "string", "swing", "thing", "wing",
];

pub(super) fn is_past(word: &str) -> bool {
    IRREGULAR.iter().any(|&(_, past)| past == word)
        || (word.len() > 3 && word.ends_with("ed") && !NOT_PAST.contains(&word))
}

pub(super) fn is_participle(word: &str) -> bool {
    word.len() > 4 && word.ends_with("ing") && !NOT_PARTICIPLE.contains(&word)
}

pub(super) fn is_base(word: &str) -> bool {
    REGULAR.contains(&word) || IRREGULAR.iter().any(|&(base, _)| base == word)
}

/// The verb behind a word: `view`, `viewed`, `viewing`, `views` and `navigation` are known.
pub(super) fn base_of(word: &str) -> Option<String> {
    const SUFFIXES: [&str; 7] = ["ing", "ed", "ion", "ation", "ment", "al", "er"];
    if is_base(word) {
        return Some(word.to_owned());
    }
    for &(base, past) in IRREGULAR {
        if past == word {
            return Some(base.to_owned());
        }
    }
    for suffix in ["s", "es"] {
        if let Some(stem) = word.strip_suffix(suffix)
            && is_base(stem)
        {
            return Some(stem.to_owned());
        }
    }
    for suffix in SUFFIXES {
        let base = word.strip_suffix(suffix).and_then(base_of_stem);
        if base.is_some() {
            return base;
        }
    }
    // Of a verb that is not known.
    let stem = if is_past(word) {
        word.strip_suffix("ed")
    } else if is_participle(word) {
        word.strip_suffix("ing")
    } else {
        None
    };
    stem.map(str::to_owned)
}

/// The known verb that a stem is left of: `view`, `navigat`, `appli`, `stopp`.
fn base_of_stem(stem: &str) -> Option<String> {
    let mut bases = vec![stem.to_owned(), format!("{stem}e")];
    if let Some(stem) = stem.strip_suffix('i') {
        bases.push(format!("{stem}y"));
    }
    if let Some(stem) = undoubled(stem) {
        bases.push(stem.to_owned());
    }
    bases.into_iter().find(|base| is_base(base))
}

pub(super) fn past(base: &str) -> String {
    if let Some(&(_, past)) = IRREGULAR.iter().find(|&&(known, _)| known == base) {
        return past.to_owned();
    }
    if let Some(stem) = base.strip_suffix('y')
        && !ends_in_vowel(stem)
    {
        return format!("{stem}ied");
    }
    if base.ends_with('e') {
        return format!("{base}d");
    }
    format!("{}ed", doubled(base))
}

pub(super) fn participle(base: &str) -> String {
    match base.strip_suffix('e') {
        Some(stem) if !base.ends_with("ee") => format!("{stem}ing"),
        _ => format!("{}ing", doubled(base)),
    }
}

/// Short verbs double their last consonant: `stop`, `stopped`.
fn doubled(base: &str) -> String {
    const DOUBLING: &[&str] = &[
        "ban", "begin", "commit", "cut", "drag", "drop", "enrol", "forget", "get", "hit", "log",
        "pin", "plan", "put", "quit", "refer", "reset", "run", "scan", "set", "shut", "skip",
        "split", "star", "stop", "submit", "swap", "tag", "tap", "transfer", "win",
    ];
    match base.chars().last() {
        Some(last) if DOUBLING.contains(&base) => format!("{base}{last}"),
        _ => base.to_owned(),
    }
}

fn undoubled(stem: &str) -> Option<&str> {
    let mut chars = stem.chars().rev();
    (chars.next()? == chars.next()?).then(|| stem.get(..stem.len() - 1))?
}

fn ends_in_vowel(stem: &str) -> bool {
    matches!(stem.bytes().last(), Some(b'a' | b'e' | b'i' | b'o' | b'u'))
}
