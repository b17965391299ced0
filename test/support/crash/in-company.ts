/** Holds an answer back until others are waited for, so that a run is busy on a slow machine as on a quick one. */
import { setTimeout as pause } from 'node:timers/promises';

/** Requests that are still open when an answer is given. */
const others = 4;
const lookMs = 25;
/** Past this nobody else is coming. */
const patienceMs = 4_000;

/**
 * @param tasks of the run; once few of them are left, nobody is waited for
 * @returns to be awaited before a request of a conversation is answered
 */
export function inCompany(tasks: number): (conversationId: string) => Promise<void> {
  const judged = new Set<string>();
  let open = 0;
  return async (conversationId) => {
    const [kind = '', task = ''] = conversationId.split('/');
    if (!['work', 'review-code', 'validate-work'].includes(kind)) return;
    open += 1;
    for (let waited = 0; open <= others && waited < patienceMs; waited += lookMs) {
      if (tasks - judged.size <= others * 2) break;
      await pause(lookMs);
    }
    open -= 1;
    // Its review is nearly its end.
    if (kind === 'validate-work') judged.add(task);
  };
}
