/** Runs the person's set-up command in a lane that was just made ready; its failure is said and stops nothing. */
import type { Lane } from '../../engine/lane-ports.ts';
import type { LaneId } from '../../shared/ids.ts';
import type { ProcessRef } from '../../shared/process-ref.ts';
import { forgetSetUp, recordSetUp } from './set-up-record.ts';

const timeoutMs = 10 * 60 * 1000;
const shownBytes = 2000;

export type SetUp = {
  /** The setting `muster.lanes.setup`; empty for none. */
  command: string;
  say(message: string): void;
};

export type SetUpPlace = { lane: Lane; id: LaneId; scratch: string };

export async function setUpLane(
  { lane, id, scratch }: SetUpPlace,
  { command, say }: SetUp,
  signal: AbortSignal,
): Promise<void> {
  if (command.trim() === '') return;
  const onStart = (process: ProcessRef) => recordSetUp(scratch, id, process);
  const { exitCode, ended, output } = await lane.shell
    .run({ line: command, timeoutMs, maxBytes: shownBytes, onStart }, signal)
    .finally(() => forgetSetUp(scratch, id));
  signal.throwIfAborted();
  if (exitCode === 0) return;
  const how =
    ended === 'timeout'
      ? `took longer than ${timeoutMs / 60_000} minutes`
      : ended === 'not-started'
        ? 'could not be started'
        : `ended with ${exitCode ?? 'a signal'}`;
  say(
    `The set-up of a lane ("${command}") ${how}. The run goes on, without what it would have made. Its output ends with: ${output.trim().slice(-500) || '(nothing)'}. The setting is muster.lanes.setup.`,
  );
}
