/** What each command does with a run: open it, decide what the flags decide, and go on until a person is needed. */
import process from 'node:process';
import * as z from 'zod';
import type { RunDriver } from '../engine/run/run-driver.ts';
import { holderName, whenHeld } from '../node/instruct-run.ts';
import type { RunHost } from '../node/run-host.ts';
import type { RunId } from '../shared/ids.ts';
import { isMusterError, MusterError } from '../shared/muster-error.ts';
import type { RunSummary } from '../shared/protocol.ts';
import { hasEnded, openApprovals, type RunState } from '../shared/run-state.ts';
import type { RunFlags } from './arguments.ts';
import { planEdit } from './edit-verbs.ts';
import { exitCodeOf, exitCodes } from './exit-codes.ts';
import { followElsewhere } from './follow-elsewhere.ts';
import { parseRunId, readText } from './inputs.ts';
import {
  type Answers,
  byFlags,
  ceilingInstructions,
  type Executing,
  instructionsBy,
  instructionsOf,
} from './instructions.ts';
import { closeSandbox, openHost, providerFor } from './open-host.ts';
import type { Printer } from './printer.ts';
import { summaryText, transcriptText } from './run-text.ts';

const by = 'command line';

export async function executeRun(invocation: Executing, printer: Printer): Promise<number> {
  const { flags } = invocation;
  const answers = await readAnswers(flags);
  const host = await openHost(flags, printer);
  const execution: Execution = { host, flags, answers, printer };
  try {
    if (invocation.verb === 'run') {
      return await execute(execution, await startRun(host, invocation.task, flags));
    }
    const before = await host.state(parseRunId(invocation.runId));
    const driver = await decideFirst(execution, invocation, before);
    return await (driver ? execute(execution, driver) : follow(execution, before));
  } finally {
    await host.close();
    await closeSandbox();
  }
}

type Execution = {
  host: RunHost;
  flags: RunFlags;
  answers: Answers;
  printer: Printer;
};

async function execute(execution: Execution, driver: RunDriver): Promise<number> {
  const { flags, printer } = execution;
  const { runId } = driver.state;
  const interrupt = () => driver.cancel('command line, interrupted');
  const ended = await stopped({ runId, flags, interrupt }, async () => {
    driver.start();
    await followFlags(execution, driver);
  });
  return ended ?? conclude(driver.state, printer);
}

/** Another process goes on with the run; Ctrl+C and the time limit end only the watching. */
async function follow(execution: Execution, before: RunState): Promise<number> {
  const { host, flags, answers, printer } = execution;
  const { runId } = before;
  const watching = new AbortController();
  let taken: RunDriver | undefined;
  let from = before;
  const interrupt = async () => watching.abort(new Error('Interrupted'));
  const ended = await stopped({ runId, flags, interrupt }, async () => {
    while (!taken) {
      const { state, rests } = await followElsewhere(host, { from, printer }, watching.signal);
      from = state;
      const next = rests ? instructionsBy(state, flags, answers) : [];
      if (rests && next.length === 0) return;
      const provider = () => providerOf(host, flags, state);
      taken = rests
        ? await host.instruct(runId, next, { by, provider })
        : await host.resume(runId, await provider()).catch(whenHeld);
    }
  }).finally(() => watching.abort(new Error('Ended')));
  if (ended !== undefined) return ended;
  return taken ? execute(execution, taken) : conclude(await host.state(runId), printer);
}

export async function listAll(flags: RunFlags, printer: Printer): Promise<number> {
  const host = await openHost(flags, printer);
  const runs = await host.list();
  for (const run of runs) {
    if (flags.json) printer.json(run);
    else
      printer.say(
        `${run.runId}  ${run.status}${statusNote(run)}  ${run.provider}  ${firstLine(run.request)}`,
      );
  }
  if (runs.length === 0) printer.note('There are no runs in this workspace.');
  return exitCodes.done;
}

export async function showRun(id: string, flags: RunFlags, printer: Printer): Promise<number> {
  const host = await openHost(flags, printer);
  const runId = parseRunId(id);
  if (flags.json) {
    printer.events(await host.events(runId));
    return exitCodes.done;
  }
  const state = await host.state(runId);
  if (flags.transcript) printer.say(await transcriptText(state, (ref) => host.body(runId, ref)));
  else {
    printer.say(summaryText(state));
    const lease = await host.leaseOf(runId);
    if (lease.is === 'held') printer.say(`  Executed now by ${holderName(lease)}`);
  }
  return exitCodes.done;
}

async function startRun(
  host: RunHost,
  task: Extract<Executing, { verb: 'run' }>['task'],
  flags: RunFlags,
): Promise<RunDriver> {
  const text = 'text' in task ? task.text : await readText(task.file);
  if (text.trim() === '')
    throw new MusterError('bad-input', 'The task is empty. Describe what is to be done.');
  return host.start(text, await providerFor(flags, { workspace: host.workspace }));
}

/** @returns the run, where it is for this process to go on with */
async function decideFirst(
  { host, flags, answers }: Execution,
  invocation: Exclude<Executing, { verb: 'run' }>,
  state: RunState,
): Promise<RunDriver | undefined> {
  const { runId } = state;
  const provider = () => providerOf(host, flags, state);
  const own =
    invocation.verb === 'edit'
      ? [await planEdit(state, invocation.planFile, await provider())]
      : instructionsOf(invocation, state, answers);
  const instructions = [...ceilingInstructions(invocation, state), ...own];
  if (instructions.length === 0) return host.resume(runId, await provider());
  return host.instruct(runId, instructions, { by, provider });
}

function providerOf(host: RunHost, flags: RunFlags, { provider }: RunState) {
  return providerFor(flags, { workspace: host.workspace, provider });
}

/** Goes on until the run has ended or needs a decision that no flag gives. */
async function followFlags({ host, flags, answers }: Execution, driver: RunDriver): Promise<void> {
  const { runId } = driver.state;
  const provider = () => providerOf(host, flags, driver.state);
  for (;;) {
    const state = await driver.idle((now) =>
      openApprovals(now).some((each) => byFlags(each, flags, answers) !== undefined),
    );
    const next = instructionsBy(state, flags, answers);
    if (hasEnded(state) || next.length === 0) return;
    try {
      await host.instruct(runId, next, { by, provider });
    } catch (error) {
      // Somebody else was faster; what they decided counts, and the rest is looked at again.
      if (!isMusterError(error) || error.code !== 'wrong-decision') throw error;
      if (driver.state.seq === state.seq) throw error;
    }
  }
}

/** Runs the work under Ctrl+C and the time limit. @returns an exit code if one of them ended it */
async function stopped(
  { runId, flags, interrupt }: { runId: RunId; flags: RunFlags; interrupt(): Promise<void> },
  work: () => Promise<void>,
): Promise<number | undefined> {
  let code: number | undefined;
  let interrupting: Promise<void> | undefined;
  const onSignal = () => {
    code = exitCodes.cancelled;
    interrupting = interrupt();
  };
  // A terminal that is closed must not leave commands running.
  const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;
  for (const signal of signals) process.once(signal, onSignal);
  const limit = flags.timeoutSeconds;
  let overtime: (() => void) | undefined;
  const over = new Promise<void>((resolve) => {
    overtime = resolve;
  });
  const timer =
    limit === undefined
      ? undefined
      : setTimeout(() => {
          code = exitCodes.ceiling;
          process.stderr.write(
            `Stopped after ${limit} s. Nothing is lost: muster resume ${runId}\n`,
          );
          overtime?.();
        }, limit * 1000);
  try {
    await Promise.race([work(), over]);
    return code;
  } catch (error) {
    if (code === undefined) throw error;
    return code;
  } finally {
    clearTimeout(timer);
    await interrupting;
    for (const signal of signals) process.removeListener(signal, onSignal);
  }
}

function conclude(state: RunState, printer: Printer): number {
  printer.say(summaryText(state));
  return exitCodeOf(state);
}

async function readAnswers(flags: RunFlags): Promise<Answers> {
  if (flags.answersFile === undefined) return undefined;
  const text = await readText(flags.answersFile);
  try {
    return z.record(z.string(), z.string()).parse(JSON.parse(text));
  } catch (cause) {
    throw new MusterError(
      'bad-input',
      `${flags.answersFile} must hold a JSON object of question id to answer, e.g. {"q1": "yes"}.`,
      { cause },
    );
  }
}

function statusNote({ waiting, outcome, failure }: RunSummary): string {
  if (waiting) return ' (waits for you)';
  const note = outcome ?? failure;
  return note === undefined ? '' : ` (${note})`;
}

function firstLine(text: string): string {
  const [line = ''] = text.split('\n');
  return line.length > 100 ? `${line.slice(0, 99)}…` : line;
}
