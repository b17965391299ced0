/** Version 1 of the database: the log, the leases, the texts, and tables that are projected from the log. */

/** What cannot be had again: never dropped, never rebuilt. */
const truth = `
  CREATE TABLE settings (name TEXT PRIMARY KEY, value) WITHOUT ROWID;

  CREATE TABLE runs (
    run_id TEXT PRIMARY KEY,
    created_at TEXT NOT NULL,
    -- From here on projected.
    status TEXT,
    outcome TEXT,
    started_at TEXT,
    ended_at TEXT,
    workspace TEXT,
    provider TEXT,
    muster TEXT,
    base TEXT,
    head TEXT,
    error_code TEXT,
    error_message TEXT,
    request TEXT
  );

  -- One JSON record for each event, as the log holds it; the other columns are read out of it.
  CREATE TABLE events (
    run_id TEXT NOT NULL REFERENCES runs ON DELETE CASCADE,
    seq INTEGER NOT NULL CHECK (seq > 0),
    event TEXT NOT NULL,
    v INTEGER AS (event ->> '$.v') VIRTUAL,
    at TEXT AS (event ->> '$.at') VIRTUAL,
    type TEXT AS (event ->> '$.type') VIRTUAL,
    PRIMARY KEY (run_id, seq)
  );

  -- SHA-256 of the content, in hexadecimal.
  CREATE TABLE blobs (hash TEXT PRIMARY KEY, bytes INTEGER NOT NULL, content BLOB NOT NULL);

  -- owner is null while nobody executes the run; the epoch only ever grows.
  CREATE TABLE leases (
    run_id TEXT PRIMARY KEY REFERENCES runs ON DELETE CASCADE,
    epoch INTEGER NOT NULL,
    owner TEXT,
    host TEXT,
    pid INTEGER,
    process_start TEXT,
    beat INTEGER NOT NULL DEFAULT 0,
    beat_at TEXT
  );
  CREATE INDEX leases_by_owner ON leases (owner) WHERE owner IS NOT NULL;
`;

const projectedPlan = `
  CREATE TABLE plans (
    run_id TEXT NOT NULL REFERENCES runs ON DELETE CASCADE,
    version INTEGER NOT NULL,
    created_at TEXT NOT NULL,
    summary TEXT NOT NULL,
    assumptions TEXT NOT NULL,
    risks TEXT NOT NULL,
    team_hash TEXT,
    PRIMARY KEY (run_id, version)
  );

  CREATE TABLE agents (
    run_id TEXT NOT NULL REFERENCES runs ON DELETE CASCADE,
    version INTEGER NOT NULL,
    name TEXT NOT NULL,
    type TEXT NOT NULL,
    model TEXT NOT NULL,
    permission TEXT NOT NULL,
    tools TEXT NOT NULL,
    skills TEXT NOT NULL,
    system_prompt TEXT NOT NULL,
    PRIMARY KEY (run_id, version, name)
  );

  CREATE TABLE tasks (
    run_id TEXT NOT NULL REFERENCES runs ON DELETE CASCADE,
    version INTEGER NOT NULL,
    task_id TEXT NOT NULL,
    position INTEGER NOT NULL,
    title TEXT NOT NULL,
    description TEXT NOT NULL,
    specialization TEXT NOT NULL,
    priority INTEGER NOT NULL,
    permission TEXT NOT NULL,
    dependencies TEXT NOT NULL,
    acceptance_criteria TEXT NOT NULL,
    agent TEXT,
    status TEXT NOT NULL,
    blocked_by TEXT,
    error_code TEXT,
    error_message TEXT,
    head TEXT,
    started_at TEXT,
    ended_at TEXT,
    PRIMARY KEY (run_id, version, task_id)
  );

  -- Keyed by the event that began it: a task that is tried anew counts from 1 again.
  CREATE TABLE attempts (
    run_id TEXT NOT NULL REFERENCES runs ON DELETE CASCADE,
    seq INTEGER NOT NULL,
    task_id TEXT NOT NULL,
    attempt INTEGER NOT NULL,
    feedback TEXT,
    outcome TEXT,
    tree TEXT,
    summary TEXT,
    diff TEXT REFERENCES blobs,
    started_at TEXT NOT NULL,
    ended_at TEXT,
    PRIMARY KEY (run_id, seq)
  );
  CREATE INDEX attempts_by_task ON attempts (run_id, task_id);

  CREATE TABLE reviews (
    run_id TEXT NOT NULL REFERENCES runs ON DELETE CASCADE,
    seq INTEGER NOT NULL,
    at TEXT NOT NULL,
    subject TEXT NOT NULL,
    version INTEGER,
    task_id TEXT,
    round INTEGER,
    reviewer TEXT NOT NULL,
    passed INTEGER NOT NULL,
    summary TEXT NOT NULL,
    issues TEXT NOT NULL,
    PRIMARY KEY (run_id, seq)
  );

  CREATE TABLE approvals (
    run_id TEXT NOT NULL REFERENCES runs ON DELETE CASCADE,
    approval_id TEXT NOT NULL,
    kind TEXT NOT NULL,
    hash TEXT,
    asked_at TEXT NOT NULL,
    deadline TEXT NOT NULL,
    task_id TEXT,
    call_id TEXT,
    agent TEXT,
    command TEXT,
    decision TEXT,
    details TEXT,
    decided_by TEXT,
    decided_at TEXT,
    PRIMARY KEY (run_id, approval_id)
  );
`;

const projectedConversations = `
  CREATE TABLE sessions (
    run_id TEXT NOT NULL REFERENCES runs ON DELETE CASCADE,
    conversation_id TEXT NOT NULL,
    purpose TEXT NOT NULL,
    task_id TEXT,
    agent TEXT NOT NULL,
    model TEXT NOT NULL,
    system TEXT NOT NULL REFERENCES blobs,
    tools TEXT NOT NULL REFERENCES blobs,
    started_at TEXT NOT NULL,
    -- The turn whose request was sent and not answered.
    in_flight TEXT,
    PRIMARY KEY (run_id, conversation_id)
  );

  CREATE TABLE messages (
    run_id TEXT NOT NULL REFERENCES runs ON DELETE CASCADE,
    seq INTEGER NOT NULL,
    at TEXT NOT NULL,
    conversation_id TEXT NOT NULL,
    turn_id TEXT,
    kind TEXT NOT NULL,
    body TEXT NOT NULL REFERENCES blobs,
    PRIMARY KEY (run_id, seq)
  );

  CREATE TABLE tool_calls (
    run_id TEXT NOT NULL REFERENCES runs ON DELETE CASCADE,
    call_id TEXT NOT NULL,
    conversation_id TEXT NOT NULL,
    turn_id TEXT NOT NULL,
    task_id TEXT,
    name TEXT NOT NULL,
    title TEXT,
    status TEXT NOT NULL,
    summary TEXT,
    content TEXT REFERENCES blobs,
    command TEXT,
    exit_code INTEGER,
    ms INTEGER,
    started_at TEXT,
    ended_at TEXT,
    PRIMARY KEY (run_id, call_id)
  );

  -- Tokens of each request, as the service counted them.
  CREATE TABLE usage (
    run_id TEXT NOT NULL REFERENCES runs ON DELETE CASCADE,
    seq INTEGER NOT NULL,
    at TEXT NOT NULL,
    conversation_id TEXT NOT NULL,
    turn_id TEXT NOT NULL,
    model TEXT NOT NULL,
    input INTEGER NOT NULL,
    output INTEGER NOT NULL,
    cache_read INTEGER NOT NULL,
    cache_write INTEGER NOT NULL,
    PRIMARY KEY (run_id, seq)
  );
`;

export const schema1 = truth + projectedPlan + projectedConversations;
