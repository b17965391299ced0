/** Commands that are stopped in the middle: by the person, by a time limit, by another process on the same run. */
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { readdir } from 'node:fs/promises';
import path from 'node:path';
import { after, afterEach, beforeEach, describe, it } from 'mocha';
import { fingerprintOf } from '../../support/folder-contents.ts';
import { call, creates, finish, scriptOf } from '../../support/runs/script-parts.ts';
import type { ScriptInput } from '../../support/runs/scripted-run.ts';
import { waitUntil } from '../../support/workbench/wait-until.ts';
import {
  type CommandLine,
  openCommandLine,
  type Running,
  removeCompileCache,
} from './command-line.ts';

const flags = ['--json', '--approve-plan', '--allow-commands', 'all'];

describe('muster, stopped', function () {
  this.timeout(90_000);
  let at: CommandLine;
  let before: Record<string, string>;
  /** Groups of commands that a test left alive. */
  let groups: number[];
  const open = async (script: (root: string) => ScriptInput) => {
    at = await openCommandLine(script);
    before = await fingerprintOf(at.workspace);
  };
  beforeEach(() => {
    groups = [];
  });
  afterEach(async () => {
    for (const group of groups.filter(isGroupAlive)) process.kill(-group, 'SIGKILL');
    await at.close();
  });
  after(removeCompileCache);

  /** A run whose agent has a command at work that does not end by itself, and has a child. */
  const working = async () => {
    const running = at.begin(['run', '--task', 'Do it', ...flags]);
    return { running, ...(await commandOf(running)) };
  };
  const commandOf = async (running: Running) => {
    const [, runId = '', digits] = await running.printed(
      /"runId":"([^"]+)","type":"command:started".*"group":(\d+)/,
    );
    const group = Number(digits);
    await waitUntil(
      async () => {
        const names = await readdir(at.state, { recursive: true }).catch(() => []);
        return names.some((name) => path.basename(name) === 'half.txt') || undefined;
      },
      { what: 'the command to start', timeoutMs: 10_000, intervalMs: 50 },
    );
    groups.push(group);
    assert.ok(isGroupAlive(group));
    return { runId, group };
  };
  const endless = () =>
    scriptOf([{ id: 'add' }], {
      'work/add': [
        ...call('create_file', { path: 'b.txt', content: 'b\n' }),
        ...call('run_command', {
          command: 'trap "" TERM; echo half > half.txt; sleep 300 & wait',
        }),
        ...finish,
      ],
    });

  it('by SIGINT ends its commands, cancels the run and exits with 130', async () => {
    await open(endless);
    const { running, runId, group } = await working();
    running.child.kill('SIGINT');
    const ended = await running.ended;
    assert.equal(ended.code, 130, ended.stderr);
    assert.ok(!isGroupAlive(group), 'the command and its child are gone');
    assert.deepEqual(
      ended
        .lines()
        .slice(-2)
        .map(({ type, status }) => [type, status]),
      [
        ['workflow:cancel', undefined],
        ['workflow:status', 'cancelled'],
      ],
    );
    assert.match((await at.muster(['show', runId])).stdout, /: cancelled\n/);
    assert.deepEqual(await fingerprintOf(at.workspace), before);
  });

  it('by SIGTERM while the model does not answer leaves no request open', async () => {
    await open(() =>
      scriptOf([{ id: 'add' }], { plan: [{ text: 'Well', fault: { hang: true } }] }),
    );
    const running = at.begin(['run', '--task', 'Do it', ...flags]);
    const request = await at.server.waitFor((each) => each.conversationId === 'plan');
    running.child.kill('SIGTERM');
    assert.equal((await running.ended).code, 130);
    await request.ended;
    assert.equal(at.server.counts.inFlight, 0);
  });

  it('by its time limit exits with 5, and goes on later with what it had', async () => {
    await open(endless);
    const planned = (await at.muster(['run', '--task', 'Do it', '--json'])).lines();
    const runId = planned[0]?.runId ?? '';
    const running = at.begin(['approve', runId, ...flags, '--timeout', '6']);
    const { group } = await commandOf(running);
    const ended = await running.ended;
    assert.equal(ended.code, 5, ended.stderr);
    assert.match(ended.stderr, /Stopped after 6 s\. Nothing is lost: muster resume \S+/);
    assert.ok(!isGroupAlive(group));
    const [listed] = (await at.muster(['runs', '--json'])).lines();
    assert.equal(listed?.status, 'interrupted');
    const sent = at.server.counts.messages;
    const resumed = await at.muster(['resume', runId, ...flags]);
    assert.equal(resumed.code, 3, resumed.stderr);
    const types = resumed.lines().map((line) => line.type);
    assert.ok(!types.includes('plan:created') && types.includes('change:ready'));
    assert.ok(at.server.counts.messages - sent <= 3, 'finish and two reviews');
    const result = resumed.lines().find((line) => line.type === 'tool:result');
    assert.match(String(result?.summary), /Interrupted.*outcome is unknown/);
    const files = resumed.lines().find((line) => line.type === 'change:ready')?.files;
    assert.deepEqual(
      (files as Array<{ path: string }>).map((each) => each.path),
      ['b.txt'],
    );
  });

  it('by a kill leaves a run that is shown as interrupted and can be cancelled', async () => {
    await open(endless);
    const { running, runId } = await working();
    running.child.kill('SIGKILL');
    await running.ended;
    const shown = await at.muster(['show', runId]);
    assert.match(shown.stdout, new RegExp(`: interrupted\\n[\\s\\S]*muster resume ${runId}`));
    assert.equal((await at.muster(['cancel', runId])).code, 130);
    assert.deepEqual(await fingerprintOf(at.workspace), before);
  });

  it('before it begins, because another process executes the run, which is not disturbed', async () => {
    await open(endless);
    const { running, runId, group } = await working();
    const { code, stdout, stderr } = await at.muster(['resume', runId, '--json']);
    assert.deepEqual([code, stdout], [1, '']);
    assert.match(stderr, new RegExp(`being executed by another.*process ${running.child.pid}\\)`));
    const shown = (await at.muster(['show', runId])).stdout;
    assert.match(shown, /: executing\n/);
    assert.match(shown, new RegExp(`Executed now by process ${running.child.pid}\n`));
    assert.ok(isGroupAlive(group));
    running.child.kill('SIGINT');
    assert.equal((await running.ended).code, 130);
  });

  it('by muster cancel from another process, which reports it as its own', async () => {
    await open(endless);
    const { running, runId, group } = await working();
    const cancelled = await at.muster(['cancel', runId, '--json']);
    assert.equal(cancelled.code, 130, cancelled.stderr);
    assert.deepEqual(
      cancelled.lines().map(({ type }) => type),
      ['workflow:cancel', 'workflow:status'],
    );
    assert.ok(!isGroupAlive(group));
    assert.equal((await running.ended).code, 130);
  });

  it('by nothing else: a reader that goes away does not end the run', async () => {
    await open(() => scriptOf([{ id: 'add' }], { 'work/add': creates('b.txt', 'b\n') }));
    const running = at.begin(['run', '--task', 'Do it', ...flags]);
    await running.printed(/workflow:start/);
    running.child.stdout?.destroy();
    const { code, stderr } = await running.ended;
    assert.equal(code, 3, stderr);
    const [listed] = (await at.muster(['runs', '--json'])).lines();
    assert.equal(listed?.status, 'reviewing');
  });
});

/** Whether a process group has a member that has not ended; one that only awaits its burial has. */
function isGroupAlive(group: number): boolean {
  const members = execFileSync('ps', ['-A', '-o', 'pgid=,stat='], { encoding: 'utf8' })
    .split('\n')
    .map((line) => line.trim().split(/\s+/));
  return members.some(([id, status = '']) => Number(id) === group && !status.startsWith('Z'));
}
