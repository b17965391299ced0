/** run_command: the terminal tool. The person's permission is asked for before it gets here. */
import * as z from 'zod';
import type { CommandOutcome, Lane } from '../../lane-ports.ts';
import { defineTool, type ToolOutcome } from '../tool.ts';

const defaultSeconds = 120;
const maxSeconds = 1_800;
const outputBytes = 30_000;

const CommandInput = z.object({
  command: z.string().trim().min(1).describe('One command line for the shell, e.g. "npm test".'),
  timeout_s: z
    .number()
    .int()
    .positive()
    .max(maxSeconds)
    .exactOptional()
    .describe(`Seconds after which it is ended. Default: ${defaultSeconds}.`),
});

export const runCommand = defineTool({
  name: 'run_command',
  group: 'terminal',
  description: `Runs a command line in the workspace folder of your copy and returns its exit code and what it printed. There is no keyboard input, so use non-interactive flags. It is ended after timeout_s seconds (default ${defaultSeconds}); do not start servers or watchers that stay. The person may have to allow it.`,
  schema: CommandInput,
  title: (input) => `Run ${input.command}`,
  command: (input) => input.command,
  run: (input, lane, signal) =>
    runLine(lane, { line: input.command, seconds: input.timeout_s ?? defaultSeconds }, signal),
});

/** Runs a line that was allowed, and says how it ended. */
export async function runLine(
  lane: Lane,
  { line, seconds }: { line: string; seconds: number },
  signal: AbortSignal,
): Promise<ToolOutcome> {
  const outcome = await lane.shell.run(
    { line, timeoutMs: seconds * 1000, maxBytes: outputBytes },
    signal,
  );
  return {
    ok: outcome.ended === 'exit' && outcome.exitCode === 0,
    summary: summaryOf(line, outcome, seconds),
    content: outcome.output,
    command: { line, exitCode: outcome.exitCode, ms: Math.round(outcome.ms) },
  };
}

function summaryOf(command: string, outcome: CommandOutcome, seconds: number): string {
  const cut = outcome.cutBytes > 0 ? `, ${outcome.cutBytes} bytes of output cut out` : '';
  switch (outcome.ended) {
    case 'exit':
      return outcome.exitCode === null
        ? `"${command}" was ended by a signal${cut}`
        : `"${command}" ended with exit code ${outcome.exitCode}${cut}`;
    case 'timeout':
      return `"${command}" was ended after ${seconds} s${cut}`;
    case 'cancelled':
      return `"${command}" was cancelled${cut}`;
    case 'not-started':
      return `"${command}" could not be started`;
  }
}
