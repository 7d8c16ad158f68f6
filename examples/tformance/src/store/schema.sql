-- Moments are milliseconds since 1970.
CREATE TABLE IF NOT EXISTS users (
    id INTEGER PRIMARY KEY,
    name TEXT NOT NULL,
    email TEXT NOT NULL UNIQUE COLLATE NOCASE,
    signup_source TEXT NOT NULL,
    created_at INTEGER NOT NULL
) STRICT;

-- What proves who somebody is, once (a link in an e-mail) or for a while (a session).
CREATE TABLE IF NOT EXISTS sessions (
    token TEXT PRIMARY KEY,
    user_id INTEGER NOT NULL REFERENCES users
) STRICT;

CREATE TABLE IF NOT EXISTS sign_in_links (
    token TEXT PRIMARY KEY,
    user_id INTEGER NOT NULL REFERENCES users
) STRICT;

CREATE TABLE IF NOT EXISTS oauth_states (
    state TEXT PRIMARY KEY,
    session TEXT NOT NULL,
    purpose TEXT NOT NULL
) STRICT;

CREATE TABLE IF NOT EXISTS teams (
    id INTEGER PRIMARY KEY,
    slug TEXT NOT NULL UNIQUE,
    name TEXT NOT NULL,
    plan TEXT NOT NULL,
    created_at INTEGER NOT NULL,
    onboarded_at INTEGER
) STRICT;

CREATE TABLE IF NOT EXISTS memberships (
    user_id INTEGER NOT NULL REFERENCES users,
    team_id INTEGER NOT NULL REFERENCES teams,
    role TEXT NOT NULL,
    has_seen_dashboard INTEGER NOT NULL DEFAULT 0,
    PRIMARY KEY (user_id, team_id)
) STRICT;

CREATE TABLE IF NOT EXISTS invitations (
    token TEXT PRIMARY KEY,
    team_id INTEGER NOT NULL REFERENCES teams,
    email TEXT NOT NULL,
    role TEXT NOT NULL,
    created_at INTEGER NOT NULL,
    accepted_at INTEGER
) STRICT;

CREATE TABLE IF NOT EXISTS onboarding_steps (
    team_id INTEGER NOT NULL REFERENCES teams,
    step TEXT NOT NULL,
    is_skipped INTEGER NOT NULL,
    PRIMARY KEY (team_id, step)
) STRICT;

-- A row stays when the team disconnects, so that a reconnection is known as one.
CREATE TABLE IF NOT EXISTS connections (
    team_id INTEGER NOT NULL REFERENCES teams,
    integration TEXT NOT NULL,
    account TEXT NOT NULL,
    token TEXT,
    connected_at INTEGER NOT NULL,
    PRIMARY KEY (team_id, integration)
) STRICT;

CREATE TABLE IF NOT EXISTS slack_settings (
    team_id INTEGER PRIMARY KEY REFERENCES teams,
    has_daily_digest INTEGER NOT NULL,
    has_review_reminders INTEGER NOT NULL,
    has_weekly_insights INTEGER NOT NULL
) STRICT;

CREATE TABLE IF NOT EXISTS repositories (
    id INTEGER PRIMARY KEY,
    team_id INTEGER NOT NULL REFERENCES teams,
    name TEXT NOT NULL,
    is_tracked INTEGER NOT NULL DEFAULT 1,
    last_synced_at INTEGER,
    UNIQUE (team_id, name)
) STRICT;

CREATE TABLE IF NOT EXISTS pull_requests (
    id INTEGER PRIMARY KEY,
    repository_id INTEGER NOT NULL REFERENCES repositories,
    number INTEGER NOT NULL,
    title TEXT NOT NULL,
    author TEXT NOT NULL,
    state TEXT NOT NULL,
    is_ai_assisted INTEGER NOT NULL,
    lines_changed INTEGER NOT NULL,
    opened_at INTEGER NOT NULL,
    first_review_at INTEGER,
    closed_at INTEGER,
    UNIQUE (repository_id, number)
) STRICT;

-- The filter that a person used last on a page.
CREATE TABLE IF NOT EXISTS filters (
    user_id INTEGER NOT NULL REFERENCES users,
    team_id INTEGER NOT NULL REFERENCES teams,
    page TEXT NOT NULL,
    filter TEXT NOT NULL,
    PRIMARY KEY (user_id, team_id, page)
) STRICT;

CREATE TABLE IF NOT EXISTS dismissals (
    team_id INTEGER NOT NULL REFERENCES teams,
    insight TEXT NOT NULL,
    dismissal TEXT NOT NULL,
    PRIMARY KEY (team_id, insight)
) STRICT;

CREATE TABLE IF NOT EXISTS feedback (
    id INTEGER PRIMARY KEY,
    user_id INTEGER NOT NULL REFERENCES users,
    team_id INTEGER NOT NULL REFERENCES teams,
    category TEXT NOT NULL,
    rating INTEGER,
    text TEXT NOT NULL,
    created_at INTEGER NOT NULL
) STRICT;
