/** Runs the person's set-up command in a lane that was just made ready; its failure is said and stops nothing. */
import type { Lane } from '../../engine/ports.ts';

const timeoutMs = 10 * 60 * 1000;
const shownBytes = 2000;

export type SetUp = {
  /** The setting `muster.lanes.setup`; empty for none. */
  command: string;
  say(message: string): void;
};

export async function setUpLane(lane: Lane, setUp: SetUp, signal: AbortSignal): Promise<void> {
  const { command, say } = setUp;
  if (command.trim() === '') return;
  const { exitCode, ended, output } = await lane.shell.run(
    { line: command, timeoutMs, maxBytes: shownBytes },
    signal,
  );
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
