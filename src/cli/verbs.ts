/** What each command does with a run: open it, decide what the flags decide, and go on until a person is needed. */
import { readFile } from 'node:fs/promises';
import process from 'node:process';
import * as z from 'zod';
import type { RunDriver } from '../engine/run/run-driver.ts';
import type { RunHost } from '../node/run-host.ts';
import type { Decision } from '../shared/events.ts';
import { ApprovalId, RunId, TaskId } from '../shared/ids.ts';
import { MusterError } from '../shared/muster-error.ts';
import {
  type ApprovalState,
  hasEnded,
  openApprovals,
  type RunState,
  type TaskState,
} from '../shared/run-state.ts';
import { applyWanted } from './apply-wanted.ts';
import type { Invocation, RunFlags } from './arguments.ts';
import { exitCodeOf, exitCodes } from './exit-codes.ts';
import { openHost, providerFor } from './open-host.ts';
import type { Printer } from './printer.ts';
import { summaryText, transcriptText } from './run-text.ts';

const by = 'command line';

type Executing = Exclude<Invocation, { verb: 'runs' | 'help' | 'version' | 'show' | 'patch' }>;

export async function executeRun(invocation: Executing, printer: Printer): Promise<number> {
  const { flags } = invocation;
  const answers = await readAnswers(flags);
  const host = await openHost(flags, printer);
  try {
    const driver = await openDriver(host, invocation);
    const ended = await stopped(driver, flags, async () => {
      await firstDecision(driver, invocation, answers);
      driver.start();
      await followFlags(driver, flags, answers);
    });
    if (ended !== undefined) return ended;
    return conclude(driver.state, printer);
  } finally {
    await host.close();
  }
}

export async function listAll(flags: RunFlags, printer: Printer): Promise<number> {
  const host = await openHost(flags, printer);
  const runs = await host.list();
  for (const run of runs) {
    if (flags.json) printer.json(run);
    else
      printer.say(
        `${run.runId}  ${run.status}${run.waiting ? ' (waits for you)' : ''}  ${firstLine(run.request)}`,
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
  else printer.say(summaryText(state));
  return exitCodes.done;
}

async function openDriver(host: RunHost, invocation: Executing): Promise<RunDriver> {
  const { flags } = invocation;
  if (invocation.verb === 'run') {
    const { task } = invocation;
    const text = 'text' in task ? task.text : await readText(task.file);
    if (text.trim() === '')
      throw new MusterError('bad-input', 'The task is empty. Describe what is to be done.');
    return host.start(text, await providerFor(flags, { workspace: host.workspace }));
  }
  const state = await host.state(parseRunId(invocation.runId));
  const provider = await providerFor(flags, {
    workspace: host.workspace,
    provider: state.provider,
  });
  return host.resume(state.runId, provider);
}

/** What the verb itself decides, before the flags are looked at. */
async function firstDecision(
  driver: RunDriver,
  invocation: Executing,
  answers: Record<string, string> | undefined,
): Promise<void> {
  const { verb, flags } = invocation;
  switch (verb) {
    case 'run':
      return;
    case 'resume':
      return driver.continue(by);
    case 'approve': {
      const approval = requireOpen(driver.state, 'plan');
      return driver.decide(
        approval.approvalId,
        { decision: 'approve', hash: approval.hash ?? '' },
        by,
      );
    }
    case 'reject': {
      const approval = requireOpen(driver.state, 'plan');
      const feedback = flags.feedback === undefined ? {} : { feedback: flags.feedback };
      return driver.decide(approval.approvalId, { decision: 'reject', ...feedback }, by);
    }
    case 'answer': {
      if (!answers) throw new MusterError('bad-input', 'muster answer needs --answers FILE.');
      const approval = requireOpen(driver.state, 'questions');
      return driver.decide(approval.approvalId, { decision: 'answer', answers }, by);
    }
    case 'allow':
    case 'deny': {
      const decision = verb === 'allow' ? 'allow-once' : 'deny';
      return driver.decide(ApprovalId.parse(invocation.approvalId), { decision }, by);
    }
    case 'retry':
      return driver.retryTask(TaskId.parse(invocation.taskId), by);
    case 'skip':
      return driver.skipTask(TaskId.parse(invocation.taskId), by);
    case 'cancel':
      return driver.cancel(by);
    case 'apply':
      return applyWanted(driver, { by, only: flags.only });
    case 'revert':
      return driver.revert(by);
  }
}

/** Goes on until the run has ended or needs a decision that no flag gives. */
async function followFlags(
  driver: RunDriver,
  flags: RunFlags,
  answers: Record<string, string> | undefined,
): Promise<void> {
  for (;;) {
    const state = await driver.idle((now) =>
      openApprovals(now).some((each) => byFlags(each, flags, answers) !== undefined),
    );
    if (hasEnded(state)) return;
    const open = openApprovals(state);
    const decided = [];
    for (const approval of open) {
      const decision = byFlags(approval, flags, answers);
      if (decision) decided.push(driver.decide(approval.approvalId, decision, by));
    }
    await Promise.all(decided);
    if (decided.length > 0) continue;
    if (state.status !== 'reviewing' || !mayApply(state, flags)) return;
    if (flags.apply === 'all') await applyWanted(driver, { by });
    else await driver.applyAccepted(by);
  }
}

/** What the person chose to do without is no hole. */
function isDoneOrSkipped({ status }: TaskState): boolean {
  return status === 'done' || status === 'skipped';
}

/** A change set with holes is not applied unseen. */
function mayApply(state: RunState, flags: RunFlags): boolean {
  const whole = state.tasks.every(isDoneOrSkipped);
  return flags.apply !== undefined && whole && state.refused === undefined;
}

function byFlags(
  approval: ApprovalState,
  flags: RunFlags,
  answers: Record<string, string> | undefined,
): Decision | undefined {
  switch (approval.kind) {
    case 'questions':
      if (answers) return { decision: 'answer', answers };
      return flags.defaults ? { decision: 'answer', answers: {} } : undefined;
    case 'plan':
      return flags.approvePlan ? { decision: 'approve', hash: approval.hash ?? '' } : undefined;
    case 'command':
      if (flags.allowCommands === 'all') return { decision: 'allow-once' };
      return flags.allowCommands === 'none' ? { decision: 'deny' } : undefined;
  }
}

/** Runs the work under Ctrl+C and the time limit. @returns an exit code if one of them ended it */
async function stopped(
  driver: RunDriver,
  flags: RunFlags,
  work: () => Promise<void>,
): Promise<number | undefined> {
  let code: number | undefined;
  let cancelling: Promise<void> | undefined;
  const interrupt = () => {
    code = exitCodes.cancelled;
    cancelling = driver.cancel('command line, interrupted');
  };
  // A terminal that is closed must not leave commands running.
  const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;
  for (const signal of signals) process.once(signal, interrupt);
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
            `Stopped after ${limit} s. Nothing is lost: muster resume ${driver.state.runId}\n`,
          );
          overtime?.();
        }, limit * 1000);
  try {
    await Promise.race([work(), over]);
    return code;
  } finally {
    clearTimeout(timer);
    await cancelling;
    for (const signal of signals) process.removeListener(signal, interrupt);
  }
}

function conclude(state: RunState, printer: Printer): number {
  printer.say(summaryText(state));
  return exitCodeOf(state);
}

function requireOpen(state: RunState, kind: ApprovalState['kind']): ApprovalState {
  const approval = openApprovals(state).find((each) => each.kind === kind);
  if (approval) return approval;
  throw new MusterError(
    'wrong-decision',
    `Run ${state.runId} is ${state.status}; no ${kind === 'plan' ? 'plan' : 'question'} waits for a decision.`,
  );
}

export function parseRunId(text: string): RunId {
  const parsed = RunId.safeParse(text);
  if (parsed.success) return parsed.data;
  throw new MusterError(
    'not-found',
    `"${text}" is not the id of a run. List them with muster runs.`,
  );
}

async function readAnswers(flags: RunFlags): Promise<Record<string, string> | undefined> {
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

async function readText(file: string): Promise<string> {
  try {
    return await readFile(file, 'utf8');
  } catch (cause) {
    throw new MusterError(
      'bad-input',
      `${file} cannot be read: ${cause instanceof Error ? cause.message : String(cause)}`,
      { cause },
    );
  }
}

function firstLine(text: string): string {
  const [line = ''] = text.split('\n');
  return line.length > 100 ? `${line.slice(0, 99)}…` : line;
}
