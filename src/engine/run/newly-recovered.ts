/** What a run's log is to say of applies and reverts that an earlier process left in the middle. */
import type { EventBody } from '../../shared/events.ts';
import type { RunState } from '../../shared/run-state.ts';
import type { Apply } from '../apply-port.ts';

/** Each once. */
export async function newlyRecovered(
  apply: Pick<Apply, 'recovered'>,
  { recovered }: RunState,
): Promise<EventBody[]> {
  const known = new Set(recovered?.map((each) => each.id));
  const found = await apply.recovered();
  return found
    .filter(({ id }) => !known.has(id))
    .map((each): EventBody => ({ type: 'change:recovered', ...each }));
}
