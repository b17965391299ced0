/** `muster run` as a process: what it prints, what it leaves alone, and the code it ends with. */
import assert from 'node:assert/strict';
import { readdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import { after, afterEach, describe, it } from 'mocha';
import { contentsOf, fingerprintOf } from '../../support/folder-contents.ts';
import { call, creates, finish, scriptOf } from '../../support/runs/script-parts.ts';
import type { ScriptInput } from '../../support/runs/scripted-run.ts';
import {
  type CommandLine,
  type Ended,
  openCommandLine,
  removeCompileCache,
  start,
} from './command-line.ts';

const works = scriptOf([{ id: 'add' }], { 'work/add': creates('b.txt', 'b\n') });
const everything = ['--approve-plan', '--allow-commands', 'all', '--apply', 'all'];
const task = ['run', '--task', 'Do it'];

describe('muster run', function () {
  this.timeout(90_000);
  let at: CommandLine;
  const open = async (script: ScriptInput, files?: Record<string, string>) => {
    at = await openCommandLine(script, files);
  };
  afterEach(() => at.close());
  after(removeCompileCache);

  /** The file in the workspace, or that there is none. */
  const text = (name: string) =>
    readFile(path.join(at.workspace, name), 'utf8').catch(() => 'none');

  function assertWholeLog({ stdout, lines }: Ended): void {
    assert.ok(stdout.endsWith('\n'));
    const runIds = new Set(lines().map((line) => line.runId));
    assert.equal(runIds.size, 1);
    for (const [index, line] of lines().entries()) {
      assert.deepEqual(Object.keys(line).slice(0, 5), ['v', 'seq', 'at', 'runId', 'type']);
      assert.deepEqual([line.v, line.seq], [1, index + 1]);
      assert.match(String(line.at), /^\d{4}-\d\d-\d\dT[\d:.]+Z$/);
    }
  }

  it('goes from task to applied files in one command, with nothing but events on stdout', async () => {
    await open(works);
    const ended = await at.muster([...task, '--json', ...everything]);
    assert.equal(ended.code, 0, ended.stderr);
    assertWholeLog(ended);
    assert.equal(ended.lines()[0]?.type, 'workflow:start');
    assert.deepEqual(
      ended
        .lines()
        .slice(-2)
        .map((line) => line.type),
      ['workflow:complete', 'workflow:status'],
    );
    assert.match(ended.stderr, /completed \(applied\)/);
    assert.deepEqual([await text('a.txt'), await text('b.txt')], ['one\n', 'b\n']);
  });

  it('without --json tells the course of things on stderr and the outcome on stdout', async () => {
    await open(works);
    const { code, stdout, stderr } = await at.muster([...task, ...everything]);
    assert.equal(code, 0);
    assert.match(stderr, /Plan: The work\.[\s\S]*add: started by Ada[\s\S]*Applied 1 file\n/);
    assert.match(stdout, /^Run \S+: completed \(applied\)\n {2}done +add, Task add\n/);
  });

  it('takes the task from a file, and the model from a flag', async () => {
    await open(works);
    const file = await at.file('task.md', '  Do what stands here.\n');
    const ended = await at.muster([
      ...['run', '--task-file', file, '--model', 'claude-fable-5-2', '--json', '--approve-plan'],
      ...['--apply', 'none'],
    ]);
    assert.equal(ended.code, 0, ended.stderr);
    assert.equal(ended.lines()[0]?.request, 'Do what stands here.');
    assert.deepEqual(
      [...new Set(at.server.requests.map((each) => each.model))],
      ['claude-fable-5-2'],
    );
    assert.match(ended.stderr, /completed \(none-accepted\)/, 'apply none closes the run');
    assert.equal(await text('b.txt'), 'none');
  });

  it('writes nothing in the workspace before it applies, and the key nowhere', async () => {
    await open(
      scriptOf([{ id: 'add' }], {
        'work/add': [
          ...call('run_command', { command: 'git status; env; cat .git/config; echo b > b.txt' }),
          ...call('edit_file', { path: 'a.txt', old_str: 'one', new_str: 'two' }),
          ...finish,
        ],
      }),
    );
    const before = await fingerprintOf(at.workspace);
    const ended = await at.muster([...task, '--json', '--approve-plan', '--allow-commands', 'all']);
    assert.equal(ended.code, 3, ended.stderr);
    assert.deepEqual(await fingerprintOf(at.workspace), before);
    const key = at.server.apiKey;
    assert.ok(!ended.stdout.includes(key) && !ended.stderr.includes(key));
    const kept = Object.entries(await contentsOf(at.state));
    assert.ok(kept.length > 10);
    const hex = Buffer.from(key).toString('hex');
    assert.deepEqual(
      kept.filter(([, bytes]) => bytes.includes(hex)),
      [],
    );
  });

  it('ends with 1 when a task failed, and applies nothing by itself', async () => {
    const rejects = call('review_code', { approved: false, summary: 'A bug.', issues: [] });
    await open(
      scriptOf([{ id: 'bad' }, { id: 'good' }], {
        'work/bad': [...creates('bad.txt', 'b\n'), ...finish, ...finish],
        'work/good': creates('good.txt', 'g\n'),
        'review-code/bad/*': rejects,
      }),
    );
    const before = await fingerprintOf(at.workspace);
    const { code, stdout } = await at.muster([...task, ...everything]);
    assert.equal(code, 1);
    assert.match(stdout, /failed +bad, Task bad: Not accepted after 3 attempts/);
    assert.match(stdout, /added +good\.txt \+1 -0 \(undecided\)/);
    assert.deepEqual(await fingerprintOf(at.workspace), before);
  });

  it('denies every command when it may allow none', async () => {
    await open(
      scriptOf([{ id: 'add' }], {
        'work/add': [
          ...call('run_command', { command: 'touch ran.txt' }),
          ...creates('b.txt', 'b\n'),
        ],
      }),
    );
    const ended = await at.muster([
      ...[...task, '--json', '--approve-plan', '--allow-commands', 'none', '--apply', 'all'],
    ]);
    assert.equal(ended.code, 0, ended.stderr);
    const decided = ended.lines().filter((line) => line.type === 'approval:decided');
    assert.deepEqual(decided.at(-1)?.decision, { decision: 'deny' });
    assert.deepEqual([await text('ran.txt'), await text('b.txt')], ['none', 'b\n']);
  });

  it('prints the answer to a question', async () => {
    await open({
      name: 't',
      description: '',
      conversations: {
        triage: call('analyze_request', {
          strategy: 'simple',
          reasoning: 'Words.',
          needs_clarification: false,
        }),
        answer: [{ text: 'It is \u001b[31m42\u001b[0m.\u009b' }],
      },
    });
    const { code, stdout } = await at.muster(['run', '--task', 'What is it?']);
    assert.equal(code, 0);
    const shown = '\n\nIt is \\u{001b}[31m42\\u{001b}[0m.\\u{009b}\n';
    assert.ok(stdout.endsWith(shown), `the terminal would be steered: ${JSON.stringify(stdout)}`);
  });

  it('works at most as many tasks at once as it is told', async () => {
    const ids = ['p1', 'p2', 'p3'];
    await open(
      scriptOf(
        ids.map((id) => ({ id })),
        Object.fromEntries(ids.map((id) => [`work/${id}`, creates(`${id}.txt`, id)])),
      ),
    );
    const ended = await at.muster([...task, '--json', '--max-parallel', '1', ...everything]);
    assert.equal(ended.code, 0, ended.stderr);
    const order = ended.lines().filter((line) => /^task:(start|complete)$/.test(line.type));
    assert.deepEqual(
      order.map((line) => line.type),
      ids.flatMap(() => ['task:start', 'task:complete']),
    );
  });

  it('keeps its state in the folder of the person when no other is named', async () => {
    await open(works);
    const home = path.join(at.root, 'state-home');
    const { code } = await start(
      [...task, '--workspace', at.workspace, '--base-url', at.server.url],
      {
        cwd: at.root,
        env: {
          HOME: at.root,
          TMPDIR: at.root,
          XDG_STATE_HOME: home,
          ANTHROPIC_API_KEY: at.server.apiKey,
        },
      },
    ).ended;
    assert.equal(code, 3);
    assert.equal((await readdir(path.join(home, 'muster'))).length, 2);
  });
});
