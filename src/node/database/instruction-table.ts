/** What people tell a run: recorded by any process, the first decision wins, taken up by who executes the run. */
import { decidedAlready } from '../../engine/run/check-decision.ts';
import type { RunId } from '../../shared/ids.ts';
import type { Instruction } from '../../shared/instruction.ts';
import type { Connection } from './connection.ts';
import { noSuchRun } from './database-error.ts';

export type Given = { instruction: Instruction; by: string; at: string };

/** `instruction` is JSON that an older release may not know. */
export type OpenInstruction = { number: number; instruction: string; by: string; at: string };

export type Settlement =
  | { status: 'done' }
  /** `reason` is for the person. */
  | { status: 'refused'; reason: string };

export type InstructionTable = {
  /**
   * Records all of them durably, or none.
   * @returns the number of the last
   * @throws MusterError `wrong-decision` for what was decided already, `not-found`
   */
  instruct(runId: RunId, given: readonly Given[]): number;
  /** In the order in which they were given, those behind number `after`. */
  openInstructions(runId: RunId, after: number): OpenInstruction[];
  /** One that is settled already stays as it is. */
  settle(number: number, settlement: Settlement): void;
  /** undefined while it is open. */
  settlement(number: number): Settlement | undefined;
};

export function makeInstructionTable(connection: Connection): InstructionTable {
  const decidedBy = (runId: RunId, approvalId: string): string | undefined => {
    const decided = connection
      .statement(
        `SELECT decided_by AS by FROM approvals
         WHERE run_id = ?1 AND approval_id = ?2 AND decision IS NOT NULL
         UNION ALL SELECT given_by AS by FROM instructions
         WHERE run_id = ?1 AND approval_id = ?2 AND status <> 'refused' LIMIT 1`,
      )
      .get(runId, approvalId);
    return decided === undefined ? undefined : String(decided.by);
  };
  const insert = (runId: RunId, { instruction, by, at }: Given): number => {
    const approvalId = instruction.do === 'decide' ? instruction.approvalId : null;
    const first = approvalId === null ? undefined : decidedBy(runId, approvalId);
    if (first !== undefined) throw decidedAlready(first);
    const { lastInsertRowid } = connection
      .statement(
        'INSERT INTO instructions (run_id, approval_id, instruction, given_by, given_at) VALUES (?, ?, ?, ?, ?)',
      )
      .run(runId, approvalId, JSON.stringify(instruction), by, at);
    return Number(lastInsertRowid);
  };
  return {
    instruct: (runId, given) =>
      connection.transaction(() => {
        if (!connection.statement('SELECT 1 FROM runs WHERE run_id = ?').get(runId)) {
          throw noSuchRun(runId);
        }
        let last = 0;
        for (const each of given) last = insert(runId, each);
        return last;
      }),
    openInstructions: (runId, after) =>
      connection
        .statement(
          `SELECT number, instruction, given_by, given_at FROM instructions
           WHERE run_id = ? AND number > ? AND status = 'open' ORDER BY number`,
        )
        .all(runId, after)
        .map((row) => ({
          number: Number(row.number),
          instruction: String(row.instruction),
          by: String(row.given_by),
          at: String(row.given_at),
        })),
    settle(number, settlement) {
      const reason = settlement.status === 'refused' ? settlement.reason : null;
      const update = connection.statement(
        "UPDATE instructions SET status = ?, reason = ? WHERE number = ? AND status = 'open'",
      );
      connection.transaction(() => update.run(settlement.status, reason, number));
    },
    settlement(number) {
      const row = connection
        .statement('SELECT status, reason FROM instructions WHERE number = ?')
        .get(number);
      if (row?.status === 'done') return { status: 'done' };
      if (row?.status === 'refused') return { status: 'refused', reason: String(row.reason) };
      return undefined;
    },
  };
}
