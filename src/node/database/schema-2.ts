/** Version 2 of the database: what people tell a run that another process may be executing. */

export const schema2 = `
  -- Taken up in this order by the process that executes the run.
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
  -- The first decision counts.
  CREATE UNIQUE INDEX decisions ON instructions (run_id, approval_id)
    WHERE approval_id IS NOT NULL AND status <> 'refused';
  CREATE INDEX open_instructions ON instructions (run_id, number) WHERE status = 'open';
`;
