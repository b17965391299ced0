/** A run in which nearly everything happens: repairs, retries, a conflict, a failure, permissions, restarts, a refused apply. */
import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import type { TurnAnswer, TurnRequest } from '../../../src/engine/model-port.ts';
import type { RunDriver } from '../../../src/engine/run/run-driver.ts';
import type { RunEvent } from '../../../src/shared/events.ts';
import { openApprovals, type RunState } from '../../../src/shared/run-state.ts';
import { call, complex, creates, finish, plan, scriptOf } from '../../support/runs/script-parts.ts';
import { acceptAllAndApply, openStage, type Stage } from '../../support/runs/scripted-run.ts';

export type EventfulRun = {
  stage: Stage;
  events: RunEvent[];
  /** The state as the driver had it at the end. */
  state: RunState;
  /** Every request to the model, as it was sent. */
  requests: TurnRequest[];
};

const rejects = call('review_code', {
  approved: false,
  summary: 'A bug.',
  issues: [{ severity: 'major', file: 'r.txt', message: 'Wrong.' }],
});

/** Whoever comes second resolves the conflict. */
const sided = (side: string) => [
  ...call('edit_file', { path: 'a.txt', old_str: 'one', new_str: side }),
  ...finish,
  ...call('delete_file', { path: 'a.txt' }),
  ...call('create_file', { path: 'a.txt', content: 'left and right\n' }),
  ...finish,
];

const tasks = [
  { id: 'left' },
  { id: 'right' },
  { id: 'retry' },
  { id: 'bad' },
  { id: 'after', after: ['bad'] },
  { id: 'command', after: ['retry'] },
];

const script = scriptOf(tasks, {
  triage: [...call('analyze_request', { strategy: 'maybe' }), ...complex],
  plan: [
    ...call('read_file', { path: 'a.txt' }),
    ...plan([{ id: 'x', after: ['x'] }]),
    ...plan(tasks),
  ],
  'work/left': sided('left'),
  'work/right': sided('right'),
  'work/retry': [
    { text: 'First I look.', ...call('list_files', {})[0] },
    ...creates('r.txt', 'r\n'),
    ...call('edit_file', { path: 'r.txt', old_str: 'r', new_str: 'R' }),
    { text: 'I am done.' },
    ...finish,
  ],
  'review-code/retry/1': rejects,
  'work/bad': [...creates('bad.txt', 'b\n'), ...finish, ...finish],
  'review-code/bad/*': rejects,
  'work/command': [
    {
      calls: [
        { name: 'run_command', input: { command: 'echo one > c.txt' } },
        { name: 'run_command', input: { command: 'echo two > d.txt' } },
      ],
    },
    ...finish,
  ],
});

/** An answer without any content: a service may give one, a script cannot. */
const nothing: TurnAnswer = {
  content: [],
  text: '',
  calls: [],
  stop: 'end',
  usage: { input: 1, output: 0, cacheRead: 0, cacheWrite: 0 },
  model: 'demo-fast',
};

export async function playEventfulRun(): Promise<EventfulRun> {
  const stage = await openStage({ files: { 'a.txt': 'one\n' }, maxParallel: 4 });
  try {
    return await play(stage);
  } catch (error) {
    await stage.close();
    throw error;
  }
}

async function play(stage: Stage): Promise<EventfulRun> {
  const requests: TurnRequest[] = [];
  const provider = stage.provider(script);
  const recording = {
    ...provider,
    streamTurn: (...[request, onText, signal]: Parameters<typeof provider.streamTurn>) => {
      requests.push(structuredClone(request));
      if (request.turnId === 'triage#1') return Promise.resolve(nothing);
      return provider.streamTurn(request, onText, signal);
    },
  };
  const restart = async (driver: RunDriver) => {
    await stage.host.close();
    const next = await stage.host.resume(driver.state.runId, recording);
    next.start();
    await next.idle();
    return next;
  };
  let driver = await stage.host.start('Do everything', recording);
  driver.start();
  await driver.idle();
  driver = await restart(driver);
  await decide(driver, (hash) => ({ decision: 'approve', hash }));
  driver = await restart(driver);
  await decide(driver, () => ({ decision: 'deny' }));
  await decide(driver, () => ({ decision: 'allow-run' }));
  await writeFile(path.join(stage.workspace, 'a.txt'), 'mine\n');
  await acceptAllAndApply(driver);
  await writeFile(path.join(stage.workspace, 'a.txt'), 'one\n');
  await driver.decideChange({ path: 'd.txt', decision: 'rejected' }, 't');
  await driver.applyAccepted('t');
  const state = await driver.idle();
  return { stage, events: await stage.host.events(state.runId), state, requests };
}

async function decide(
  driver: RunDriver,
  decision: (hash: string) => Parameters<RunDriver['decide']>[1],
): Promise<void> {
  const [open] = openApprovals(driver.state);
  if (!open)
    throw new Error(
      `Nothing to decide: the run is ${driver.state.status}: ${driver.state.error?.message}`,
    );
  await driver.decide(open.approvalId, decision(open.hash ?? ''), 't');
  await driver.idle();
}
