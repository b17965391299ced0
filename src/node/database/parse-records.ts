/** Makes events of the records of a log, and lets no damaged one pass. */
import * as z from 'zod';
import { parseEvent, type RunEvent } from '../../shared/events.ts';
import type { RunId } from '../../shared/ids.ts';
import { MusterError } from '../../shared/muster-error.ts';

/**
 * @param after the number before that of the first record
 * @param lines one record a line
 * @returns the events; those of later versions are left out
 * @throws MusterError `storage` for a record that does not belong where it stands
 */
export function parseRecords(
  lines: string,
  { runId, after }: { runId: RunId; after: number },
): RunEvent[] {
  if (lines === '') return [];
  const events: RunEvent[] = [];
  let seq = after;
  for (const line of lines.split('\n')) {
    seq += 1;
    const parsed = parseRecord(line);
    if (parsed?.event.seq !== seq || parsed.event.runId !== runId) throw damaged(runId, seq);
    if (parsed.known) events.push(parsed.event);
  }
  return events;
}

function parseRecord(line: string) {
  try {
    return parseEvent(JSON.parse(line));
  } catch (error) {
    if (error instanceof z.ZodError || error instanceof SyntaxError) return undefined;
    throw error;
  }
}

function damaged(runId: RunId, seq: number): MusterError {
  return new MusterError(
    'storage',
    `The log of run ${runId} is damaged at event ${seq}. Nothing of it was changed, and other runs are not concerned. Start the task as a new run; the damaged log stays.`,
  );
}
