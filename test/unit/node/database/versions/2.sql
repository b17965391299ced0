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
CREATE TABLE events (
    run_id TEXT NOT NULL REFERENCES runs ON DELETE CASCADE,
    seq INTEGER NOT NULL CHECK (seq > 0),
    event TEXT NOT NULL,
    v INTEGER AS (event ->> '$.v') VIRTUAL,
    at TEXT AS (event ->> '$.at') VIRTUAL,
    type TEXT AS (event ->> '$.type') VIRTUAL,
    PRIMARY KEY (run_id, seq)
  );
CREATE TABLE blobs (hash TEXT PRIMARY KEY, bytes INTEGER NOT NULL, content BLOB NOT NULL);
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
CREATE TABLE instructions (
    number INTEGER PRIMARY KEY,
    run_id TEXT NOT NULL REFERENCES runs ON DELETE CASCADE,
    -- What a decision is about; null for everything else.
    approval_id TEXT,
    instruction TEXT NOT NULL,
    given_by TEXT NOT NULL,
    given_at TEXT NOT NULL,
    -- open, done or refused
    status TEXT NOT NULL DEFAULT 'open',
    reason TEXT
  );
CREATE UNIQUE INDEX decisions ON instructions (run_id, approval_id)
    WHERE approval_id IS NOT NULL AND status <> 'refused';
CREATE INDEX open_instructions ON instructions (run_id, number) WHERE status = 'open';
INSERT INTO settings (name, value) VALUES ('projection', 2);
INSERT INTO runs (run_id, created_at, status, outcome, started_at, ended_at, workspace, provider, muster, base, head, error_code, error_message, request) VALUES ('run-1', '2030-01-02T12:00:00.000Z', 'failed', NULL, '2030-01-02T12:00:00.000Z', '2030-01-02T12:00:00.000Z', '/w', 'demo', '0', 'cccccccccccccccccccccccccccccccccccccccc', 'dddddddddddddddddddddddddddddddddddddddd', 'model', 'It failed.', 'Fix it');
INSERT INTO events (run_id, seq, event) VALUES ('run-1', 1, '{"v":1,"seq":1,"at":"2030-01-02T12:00:00.000Z","runId":"run-1","type":"workflow:start","request":"Fix it","workspace":"/w","provider":"demo","models":{"smart":"m","balanced":"m","fast":"m"},"limits":{"maxAttempts":3,"maxTasks":50,"approvalHours":24},"muster":"0"}');
INSERT INTO events (run_id, seq, event) VALUES ('run-1', 2, '{"v":1,"seq":2,"at":"2030-01-02T12:00:00.000Z","runId":"run-1","type":"snapshot:taken","commit":"cccccccccccccccccccccccccccccccccccccccc","files":1,"leftOut":[]}');
INSERT INTO events (run_id, seq, event) VALUES ('run-1', 3, '{"v":1,"seq":3,"at":"2030-01-02T12:00:00.000Z","runId":"run-1","type":"workflow:status","status":"planning"}');
INSERT INTO events (run_id, seq, event) VALUES ('run-1', 4, '{"v":1,"seq":4,"at":"2030-01-02T12:00:00.000Z","runId":"run-1","type":"plan:created","version":1,"plan":{"summary":"The work.","assumptions":["None"],"risks":[],"tasks":[{"id":"fix","title":"Task fix","description":"Do it.","specialization":"generalist","dependencies":[],"priority":5,"acceptance_criteria":["It is done."],"permission":"read_write"},{"id":"other","title":"Task other","description":"Do it.","specialization":"generalist","dependencies":[],"priority":5,"acceptance_criteria":["It is done."],"permission":"read_write"},{"id":"third","title":"Task third","description":"Do it.","specialization":"generalist","dependencies":[],"priority":5,"acceptance_criteria":["It is done."],"permission":"read_write"}]}}');
INSERT INTO events (run_id, seq, event) VALUES ('run-1', 5, '{"v":1,"seq":5,"at":"2030-01-02T12:00:00.000Z","runId":"run-1","type":"plan:checked","by":"rules","version":1,"passed":true,"issues":[],"feedback":""}');
INSERT INTO events (run_id, seq, event) VALUES ('run-1', 6, '{"v":1,"seq":6,"at":"2030-01-02T12:00:00.000Z","runId":"run-1","type":"team:created","version":1,"team":{"agents":[{"name":"Ada","type":"generalist","system_prompt":"Do.","skills":[],"tools":["file_read"],"model":"m","permission":"read_write"}],"task_assignments":[{"agent":"Ada","tasks":["fix","other","third"]}]},"hash":"hhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhh"}');
INSERT INTO events (run_id, seq, event) VALUES ('run-1', 7, '{"v":1,"seq":7,"at":"2030-01-02T12:00:00.000Z","runId":"run-1","type":"approval:requested","approvalId":"approval-1","kind":"plan","hash":"hhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhh","deadline":"2030-01-03T12:00:00.000Z"}');
INSERT INTO events (run_id, seq, event) VALUES ('run-1', 8, '{"v":1,"seq":8,"at":"2030-01-02T12:00:00.000Z","runId":"run-1","type":"approval:decided","approvalId":"approval-1","by":"panel","decision":{"decision":"approve","hash":"hhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhh"}}');
INSERT INTO events (run_id, seq, event) VALUES ('run-1', 9, '{"v":1,"seq":9,"at":"2030-01-02T12:00:00.000Z","runId":"run-1","type":"approval:decided","approvalId":"approval-1","by":"late","decision":{"decision":"reject"}}');
INSERT INTO events (run_id, seq, event) VALUES ('run-1', 10, '{"v":1,"seq":10,"at":"2030-01-02T12:00:00.000Z","runId":"run-1","type":"workflow:status","status":"executing"}');
INSERT INTO events (run_id, seq, event) VALUES ('run-1', 11, '{"v":1,"seq":11,"at":"2030-01-02T12:00:00.000Z","runId":"run-1","type":"task:start","taskId":"fix","agent":"Ada","laneId":"lane-1","base":"cccccccccccccccccccccccccccccccccccccccc"}');
INSERT INTO events (run_id, seq, event) VALUES ('run-1', 12, '{"v":1,"seq":12,"at":"2030-01-02T12:00:00.000Z","runId":"run-1","type":"conversation:start","conversationId":"work/fix","purpose":{"kind":"work","taskId":"fix"},"agent":"Ada","model":"m","system":{"hash":"982d9e3eb996f559e633f4d194def3761d909f5a3b647d1a851fead67c32c9d1","bytes":4},"tools":{"hash":"982d9e3eb996f559e633f4d194def3761d909f5a3b647d1a851fead67c32c9d1","bytes":4},"first":{"hash":"982d9e3eb996f559e633f4d194def3761d909f5a3b647d1a851fead67c32c9d1","bytes":4},"maxTurns":5}');
INSERT INTO events (run_id, seq, event) VALUES ('run-1', 13, '{"v":1,"seq":13,"at":"2030-01-02T12:00:00.000Z","runId":"run-1","type":"agent:invoke","conversationId":"work/fix","turnId":"work/fix#1","agent":"Ada","model":"m","taskId":"fix"}');
INSERT INTO events (run_id, seq, event) VALUES ('run-1', 14, '{"v":1,"seq":14,"at":"2030-01-02T12:00:00.000Z","runId":"run-1","type":"agent:retry","conversationId":"work/fix","turnId":"work/fix#1","attempt":1,"delayMs":500,"code":"model-unreachable","message":"Cut.","billed":{"model":"m","usage":{"input":100,"output":1,"cacheRead":900,"cacheWrite":7}}}');
INSERT INTO events (run_id, seq, event) VALUES ('run-1', 15, '{"v":1,"seq":15,"at":"2030-01-02T12:00:00.000Z","runId":"run-1","type":"agent:answer","conversationId":"work/fix","turnId":"work/fix#1","answer":{"hash":"982d9e3eb996f559e633f4d194def3761d909f5a3b647d1a851fead67c32c9d1","bytes":4},"text":"Well.","model":"m","stop":"tools","usage":{"input":100,"output":20,"cacheRead":900,"cacheWrite":7},"calls":[{"callId":"call-1","providerId":"p1","name":"run_command"}]}');
INSERT INTO events (run_id, seq, event) VALUES ('run-1', 16, '{"v":1,"seq":16,"at":"2030-01-02T12:00:00.000Z","runId":"run-1","type":"approval:requested","approvalId":"approval-2","kind":"command","deadline":"2030-01-03T12:00:00.000Z","taskId":"fix","callId":"call-1","agent":"Ada","command":"npm test"}');
INSERT INTO events (run_id, seq, event) VALUES ('run-1', 17, '{"v":1,"seq":17,"at":"2030-01-02T12:00:00.000Z","runId":"run-1","type":"approval:decided","approvalId":"approval-2","by":"panel","decision":{"decision":"allow-once"}}');
INSERT INTO events (run_id, seq, event) VALUES ('run-1', 18, '{"v":1,"seq":18,"at":"2030-01-02T12:00:00.000Z","runId":"run-1","type":"tool:call","conversationId":"work/fix","callId":"call-1","name":"run_command","title":"npm test","taskId":"fix"}');
INSERT INTO events (run_id, seq, event) VALUES ('run-1', 19, '{"v":1,"seq":19,"at":"2030-01-02T12:00:00.000Z","runId":"run-1","type":"tool:result","conversationId":"work/fix","callId":"call-1","ok":false,"summary":"Failed","content":{"hash":"982d9e3eb996f559e633f4d194def3761d909f5a3b647d1a851fead67c32c9d1","bytes":4},"taskId":"fix","command":{"line":"npm test","exitCode":1,"ms":12}}');
INSERT INTO events (run_id, seq, event) VALUES ('run-1', 20, '{"v":1,"seq":20,"at":"2030-01-02T12:00:00.000Z","runId":"run-1","type":"conversation:note","conversationId":"work/fix","reason":"feedback","note":{"hash":"982d9e3eb996f559e633f4d194def3761d909f5a3b647d1a851fead67c32c9d1","bytes":4}}');
INSERT INTO events (run_id, seq, event) VALUES ('run-1', 21, '{"v":1,"seq":21,"at":"2030-01-02T12:00:00.000Z","runId":"run-1","type":"task:recorded","taskId":"fix","attempt":1,"round":1,"tree":"cccccccccccccccccccccccccccccccccccccccc","summary":"Did it.","diff":{"hash":"982d9e3eb996f559e633f4d194def3761d909f5a3b647d1a851fead67c32c9d1","bytes":4},"files":[]}');
INSERT INTO events (run_id, seq, event) VALUES ('run-1', 22, '{"v":1,"seq":22,"at":"2030-01-02T12:00:00.000Z","runId":"run-1","type":"review:result","taskId":"fix","round":1,"passed":false,"summary":"No.","reviewer":"logic checker","issues":[]}');
INSERT INTO events (run_id, seq, event) VALUES ('run-1', 23, '{"v":1,"seq":23,"at":"2030-01-02T12:00:00.000Z","runId":"run-1","type":"task:retry","taskId":"fix","attempt":2,"feedback":"Again."}');
INSERT INTO events (run_id, seq, event) VALUES ('run-1', 24, '{"v":1,"seq":24,"at":"2030-01-02T12:00:00.000Z","runId":"run-1","type":"task:recorded","taskId":"fix","attempt":2,"round":2,"tree":"cccccccccccccccccccccccccccccccccccccccc","summary":"Did it.","diff":{"hash":"982d9e3eb996f559e633f4d194def3761d909f5a3b647d1a851fead67c32c9d1","bytes":4},"files":[]}');
INSERT INTO events (run_id, seq, event) VALUES ('run-1', 25, '{"v":1,"seq":25,"at":"2030-01-02T12:00:00.000Z","runId":"run-1","type":"review:result","taskId":"fix","round":2,"passed":true,"summary":"Yes.","reviewer":"logic checker","issues":[]}');
INSERT INTO events (run_id, seq, event) VALUES ('run-1', 26, '{"v":1,"seq":26,"at":"2030-01-02T12:00:00.000Z","runId":"run-1","type":"task:complete","taskId":"fix","attempt":2,"summary":"Done.","head":"dddddddddddddddddddddddddddddddddddddddd","files":[]}');
INSERT INTO events (run_id, seq, event) VALUES ('run-1', 27, '{"v":1,"seq":27,"at":"2030-01-02T12:00:00.000Z","runId":"run-1","type":"task:blocked","taskId":"other","by":"fix"}');
INSERT INTO events (run_id, seq, event) VALUES ('run-1', 28, '{"v":1,"seq":28,"at":"2030-01-02T12:00:00.000Z","runId":"run-1","type":"task:error","taskId":"third","code":"model","message":"No."}');
INSERT INTO events (run_id, seq, event) VALUES ('run-1', 29, '{"v":1,"seq":29,"at":"2030-01-02T12:00:00.000Z","runId":"run-1","type":"task:skip","taskId":"third","by":"panel"}');
INSERT INTO events (run_id, seq, event) VALUES ('run-1', 30, '{"v":1,"seq":30,"at":"2030-01-02T12:00:00.000Z","runId":"run-1","type":"task:blocked","taskId":"other","by":"fix"}');
INSERT INTO events (run_id, seq, event) VALUES ('run-1', 31, '{"v":1,"seq":31,"at":"2030-01-02T12:00:00.000Z","runId":"run-1","type":"workflow:error","code":"model","message":"It failed once."}');
INSERT INTO events (run_id, seq, event) VALUES ('run-1', 32, '{"v":1,"seq":32,"at":"2030-01-02T12:00:00.000Z","runId":"run-1","type":"workflow:status","status":"failed"}');
INSERT INTO events (run_id, seq, event) VALUES ('run-1', 33, '{"v":1,"seq":33,"at":"2030-01-02T12:00:00.000Z","runId":"run-1","type":"workflow:resume","repeated":0}');
INSERT INTO events (run_id, seq, event) VALUES ('run-1', 34, '{"v":1,"seq":34,"at":"2030-01-02T12:00:00.000Z","runId":"run-1","type":"workflow:status","status":"executing"}');
INSERT INTO events (run_id, seq, event) VALUES ('run-1', 35, '{"v":1,"seq":35,"at":"2030-01-02T12:00:00.000Z","runId":"run-1","type":"workflow:error","code":"model","message":"It failed."}');
INSERT INTO events (run_id, seq, event) VALUES ('run-1', 36, '{"v":1,"seq":36,"at":"2030-01-02T12:00:00.000Z","runId":"run-1","type":"workflow:status","status":"failed"}');
INSERT INTO blobs (hash, bytes, content) VALUES ('982d9e3eb996f559e633f4d194def3761d909f5a3b647d1a851fead67c32c9d1', 4, x'74657874');
INSERT INTO leases (run_id, epoch, owner, host, pid, process_start, beat, beat_at) VALUES ('run-1', 1, NULL, NULL, NULL, NULL, 0, '');
INSERT INTO plans (run_id, version, created_at, summary, assumptions, risks, team_hash) VALUES ('run-1', 1, '2030-01-02T12:00:00.000Z', 'The work.', '["None"]', '[]', 'hhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhh');
INSERT INTO agents (run_id, version, name, type, model, permission, tools, skills, system_prompt) VALUES ('run-1', 1, 'Ada', 'generalist', 'm', 'read_write', '["file_read"]', '[]', 'Do.');
INSERT INTO tasks (run_id, version, task_id, position, title, description, specialization, priority, permission, dependencies, acceptance_criteria, agent, status, blocked_by, error_code, error_message, head, started_at, ended_at) VALUES ('run-1', 1, 'fix', 0, 'Task fix', 'Do it.', 'generalist', 5, 'read_write', '[]', '["It is done."]', 'Ada', 'done', NULL, NULL, NULL, 'dddddddddddddddddddddddddddddddddddddddd', '2030-01-02T12:00:00.000Z', '2030-01-02T12:00:00.000Z');
INSERT INTO tasks (run_id, version, task_id, position, title, description, specialization, priority, permission, dependencies, acceptance_criteria, agent, status, blocked_by, error_code, error_message, head, started_at, ended_at) VALUES ('run-1', 1, 'other', 1, 'Task other', 'Do it.', 'generalist', 5, 'read_write', '[]', '["It is done."]', 'Ada', 'blocked', 'fix', NULL, NULL, NULL, NULL, NULL);
INSERT INTO tasks (run_id, version, task_id, position, title, description, specialization, priority, permission, dependencies, acceptance_criteria, agent, status, blocked_by, error_code, error_message, head, started_at, ended_at) VALUES ('run-1', 1, 'third', 2, 'Task third', 'Do it.', 'generalist', 5, 'read_write', '[]', '["It is done."]', 'Ada', 'skipped', NULL, 'model', 'No.', NULL, NULL, '2030-01-02T12:00:00.000Z');
INSERT INTO attempts (run_id, seq, task_id, attempt, feedback, outcome, tree, summary, diff, started_at, ended_at) VALUES ('run-1', 11, 'fix', 1, NULL, 'sent-back', 'cccccccccccccccccccccccccccccccccccccccc', 'Did it.', '982d9e3eb996f559e633f4d194def3761d909f5a3b647d1a851fead67c32c9d1', '2030-01-02T12:00:00.000Z', '2030-01-02T12:00:00.000Z');
INSERT INTO attempts (run_id, seq, task_id, attempt, feedback, outcome, tree, summary, diff, started_at, ended_at) VALUES ('run-1', 23, 'fix', 2, 'Again.', 'done', 'cccccccccccccccccccccccccccccccccccccccc', 'Did it.', '982d9e3eb996f559e633f4d194def3761d909f5a3b647d1a851fead67c32c9d1', '2030-01-02T12:00:00.000Z', '2030-01-02T12:00:00.000Z');
INSERT INTO reviews (run_id, seq, at, subject, version, task_id, round, reviewer, passed, summary, issues) VALUES ('run-1', 5, '2030-01-02T12:00:00.000Z', 'plan', 1, NULL, NULL, 'rules', 1, '', '[]');
INSERT INTO reviews (run_id, seq, at, subject, version, task_id, round, reviewer, passed, summary, issues) VALUES ('run-1', 22, '2030-01-02T12:00:00.000Z', 'task', NULL, 'fix', 1, 'logic checker', 0, 'No.', '[]');
INSERT INTO reviews (run_id, seq, at, subject, version, task_id, round, reviewer, passed, summary, issues) VALUES ('run-1', 25, '2030-01-02T12:00:00.000Z', 'task', NULL, 'fix', 2, 'logic checker', 1, 'Yes.', '[]');
INSERT INTO approvals (run_id, approval_id, kind, hash, asked_at, deadline, task_id, call_id, agent, command, decision, details, decided_by, decided_at) VALUES ('run-1', 'approval-1', 'plan', 'hhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhh', '2030-01-02T12:00:00.000Z', '2030-01-03T12:00:00.000Z', NULL, NULL, NULL, NULL, 'approve', '{"decision":"approve","hash":"hhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhh"}', 'panel', '2030-01-02T12:00:00.000Z');
INSERT INTO approvals (run_id, approval_id, kind, hash, asked_at, deadline, task_id, call_id, agent, command, decision, details, decided_by, decided_at) VALUES ('run-1', 'approval-2', 'command', NULL, '2030-01-02T12:00:00.000Z', '2030-01-03T12:00:00.000Z', 'fix', 'call-1', 'Ada', 'npm test', 'allow-once', '{"decision":"allow-once"}', 'panel', '2030-01-02T12:00:00.000Z');
INSERT INTO sessions (run_id, conversation_id, purpose, task_id, agent, model, system, tools, started_at, in_flight) VALUES ('run-1', 'work/fix', 'work', 'fix', 'Ada', 'm', '982d9e3eb996f559e633f4d194def3761d909f5a3b647d1a851fead67c32c9d1', '982d9e3eb996f559e633f4d194def3761d909f5a3b647d1a851fead67c32c9d1', '2030-01-02T12:00:00.000Z', NULL);
INSERT INTO messages (run_id, seq, at, conversation_id, turn_id, kind, body) VALUES ('run-1', 12, '2030-01-02T12:00:00.000Z', 'work/fix', NULL, 'first', '982d9e3eb996f559e633f4d194def3761d909f5a3b647d1a851fead67c32c9d1');
INSERT INTO messages (run_id, seq, at, conversation_id, turn_id, kind, body) VALUES ('run-1', 15, '2030-01-02T12:00:00.000Z', 'work/fix', 'work/fix#1', 'answer', '982d9e3eb996f559e633f4d194def3761d909f5a3b647d1a851fead67c32c9d1');
INSERT INTO messages (run_id, seq, at, conversation_id, turn_id, kind, body) VALUES ('run-1', 20, '2030-01-02T12:00:00.000Z', 'work/fix', NULL, 'note', '982d9e3eb996f559e633f4d194def3761d909f5a3b647d1a851fead67c32c9d1');
INSERT INTO tool_calls (run_id, call_id, conversation_id, turn_id, task_id, name, title, status, summary, content, command, exit_code, ms, started_at, ended_at) VALUES ('run-1', 'call-1', 'work/fix', 'work/fix#1', NULL, 'run_command', 'npm test', 'error', 'Failed', '982d9e3eb996f559e633f4d194def3761d909f5a3b647d1a851fead67c32c9d1', 'npm test', 1, 12, '2030-01-02T12:00:00.000Z', '2030-01-02T12:00:00.000Z');
INSERT INTO usage (run_id, seq, at, conversation_id, turn_id, model, input, output, cache_read, cache_write) VALUES ('run-1', 14, '2030-01-02T12:00:00.000Z', 'work/fix', 'work/fix#1', 'm', 100, 1, 900, 7);
INSERT INTO usage (run_id, seq, at, conversation_id, turn_id, model, input, output, cache_read, cache_write) VALUES ('run-1', 15, '2030-01-02T12:00:00.000Z', 'work/fix', 'work/fix#1', 'm', 100, 20, 900, 7);
INSERT INTO instructions (number, run_id, approval_id, instruction, given_by, given_at, status, reason) VALUES (1, 'run-1', NULL, '{"do":"cancel"}', 'you', '2030-01-02T12:00:00.000Z', 'open', NULL);
PRAGMA user_version = 2;
