/** Decisions on the command line: a run waits in one process and is decided in the next. */
import assert from 'node:assert/strict';
import { readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { after, afterEach, describe, it } from 'mocha';
import { fingerprintOf } from '../../support/folder-contents.ts';
import { call, creates, finish, scriptOf } from '../../support/runs/script-parts.ts';
import type { ScriptInput } from '../../support/runs/scripted-run.ts';
import {
  type CommandLine,
  type Ended,
  type Line,
  openCommandLine,
  removeCompileCache,
} from './command-line.ts';

const works = scriptOf([{ id: 'add' }], { 'work/add': creates('b.txt', 'b\n') });
const ambiguous = scriptOf([{ id: 'add' }], {
  triage: call('analyze_request', {
    strategy: 'complex',
    reasoning: 'r',
    needs_clarification: true,
  }),
  clarify: call('ask_clarifying_questions', {
    questions: ['one', 'two'].map((id) => ({
      id,
      question: `${id}?`,
      why: 'It matters.',
      default: `default ${id}`,
    })),
  }),
  'work/add': creates('b.txt', 'b\n'),
});
const protecting = scriptOf([{ id: 'add' }], {
  'work/add': [
    ...call('create_file', { path: '.npmrc', content: 'x\n' }),
    ...creates('b.txt', 'b\n'),
  ],
});
const commanding = scriptOf([{ id: 'add' }], {
  'work/add': [...call('run_command', { command: 'echo hi > b.txt' }), ...finish],
});

describe('A decision on the command line', function () {
  this.timeout(90_000);
  let at: CommandLine;
  /** Every line of every command on the run, in order. */
  let log: Line[];
  const open = async (script: ScriptInput) => {
    at = await openCommandLine(script);
    log = [];
  };
  afterEach(() => at.close());
  after(removeCompileCache);

  const muster = async (...args: string[]): Promise<Ended> => {
    const ended = await at.muster([...args, '--json']);
    log.push(...ended.lines());
    return ended;
  };
  const run = async (...flags: string[]): Promise<string> => {
    const { code, stderr } = await muster('run', '--task', 'Do it', ...flags);
    assert.equal(code, 3, stderr);
    return log[0]?.runId ?? '';
  };
  const text = (name: string) =>
    readFile(path.join(at.workspace, name), 'utf8').catch(() => 'none');
  const commandId = () =>
    String(log.find((line) => line.type === 'approval:requested' && line.command)?.approvalId);
  const assertGapless = () =>
    assert.deepEqual(
      log.map((line) => line.seq),
      log.map((_, index) => index + 1),
    );

  it('applies a protected file only when it is named', async () => {
    await open(protecting);
    const runId = await run('--approve-plan', '--apply', 'all');
    assert.equal(await text('b.txt'), 'none');
    const unnamed = await muster('apply', runId);
    assert.equal(unnamed.code, 1);
    assert.match(unnamed.stderr, /\.npmrc is protected.*--allow-protected \.npmrc/);
    assert.equal(await text('b.txt'), 'none');
    assert.equal((await muster('apply', runId, '--allow-protected', '.npmrc')).code, 0);
    assert.equal(await text('b.txt'), 'b\n');
    assert.equal(await text('.npmrc'), 'x\n');
  });

  it('approves in a second process and applies in a third, as one log without gaps', async () => {
    await open(works);
    const before = await fingerprintOf(at.workspace);
    const runId = await run();
    const sent = at.server.counts.messages;
    assert.equal((await muster('approve', runId)).code, 3);
    assert.deepEqual(await fingerprintOf(at.workspace), before);
    assert.ok(at.server.requests.slice(sent).every((each) => each.conversationId !== 'plan'));
    assert.equal((await muster('apply', runId)).code, 0);
    assert.equal(await text('b.txt'), 'b\n');
    assertGapless();
    const shown = await at.muster(['show', runId, '--json']);
    assert.deepEqual(
      shown.lines().map(({ seq, type }) => [seq, type]),
      log.map(({ seq, type }) => [seq, type]),
    );
  });

  it('rejects with feedback, and the run has ended', async () => {
    await open(works);
    const runId = await run();
    const { code } = await muster('reject', runId, '--feedback', 'Not that way.');
    assert.equal(code, 4);
    const decided = log.find((line) => line.type === 'approval:decided');
    assert.deepEqual(decided?.decision, { decision: 'reject', feedback: 'Not that way.' });
    assertGapless();
    const late = await muster('approve', runId);
    assert.deepEqual([late.code, late.stdout], [2, '']);
    assert.match(late.stderr, /is rejected; no plan waits/);
  });

  it('takes answers from a file, and the default for what is not in it', async () => {
    await open(ambiguous);
    const answers = await at.file('answers.json', '{"two":"mine"}');
    const runId = await run();
    const bare = await muster('answer', runId);
    assert.equal(bare.code, 2);
    assert.match(bare.stderr, /needs --answers FILE/);
    assert.equal((await muster('answer', runId, '--answers', answers, '--approve-plan')).code, 3);
    const answered = log.find((line) => line.type === 'question:answered');
    assert.deepEqual(
      (answered?.answers as Line[] | undefined)?.map((each) => [each.answer, each.defaulted]),
      [
        ['default one', true],
        ['mine', false],
      ],
    );
    assertGapless();
  });

  it('takes answers or defaults in the first command, too', async () => {
    await open(ambiguous);
    const answers = await at.file('answers.json', '{"one":"mine"}');
    const given = async (...flags: string[]) => {
      const ended = await at.muster(['run', '--task', 'Do it', '--json', ...flags]);
      assert.equal(ended.code, 3, ended.stderr);
      const found = ended.lines().find((line) => line.type === 'question:answered')?.answers;
      return (found as Line[]).map((each) => each.answer);
    };
    assert.deepEqual(await Promise.all([given('--answers', answers), given('--defaults')]), [
      ['mine', 'default two'],
      ['default one', 'default two'],
    ]);
  });

  it('allows a command by its id, which the summary prints', async () => {
    await open(commanding);
    const runId = await run('--approve-plan');
    const id = commandId();
    const wrong = await muster('allow', runId, 'command/other');
    assert.equal(wrong.code, 2);
    assert.match(wrong.stderr, /no such question/);
    const shown = await at.muster(['show', runId]);
    assert.ok(shown.stdout.includes(`muster allow ${runId} '${id}'`), shown.stdout);
    assert.equal((await muster('allow', runId, id, '--apply', 'all')).code, 0);
    assert.equal(await text('b.txt'), 'hi\n');
    assertGapless();
  });

  it('denies a command, and the work goes on without it', async () => {
    await open(commanding);
    const runId = await run('--approve-plan');
    assert.equal((await muster('deny', runId, commandId(), '--apply', 'all')).code, 0);
    assert.equal(await text('b.txt'), 'none');
    assertGapless();
  });

  it('cannot be made twice, nor for what is not asked', async () => {
    await open(works);
    const runId = await run();
    const early = await muster('apply', runId);
    assert.equal(early.code, 2);
    assert.match(early.stderr, /is awaiting-approval; there are no changes to decide on/);
    assert.equal((await muster('approve', runId)).code, 3);
    const again = await muster('approve', runId);
    assert.equal(again.code, 2);
    assert.match(again.stderr, /is reviewing; no plan waits/);
    assertGapless();
  });

  it('cancels a waiting run with 130, after which nothing goes on', async () => {
    await open(works);
    const runId = await run();
    assert.equal((await muster('cancel', runId)).code, 130);
    assert.equal((await muster('resume', runId)).code, 130);
    const [listed] = (await at.muster(['runs', '--json'])).lines();
    assert.deepEqual([listed?.runId, listed?.status, listed?.waiting], [runId, 'cancelled', false]);
    assertGapless();
  });

  const editing = scriptOf([{ id: 'edit' }], {
    'work/edit': [
      ...call('edit_file', { path: 'a.txt', old_str: 'one', new_str: 'two' }),
      ...creates('b.txt', 'b\n'),
    ],
  });

  it('applies nothing over a file that was changed meanwhile, and can be made again', async () => {
    await open(editing);
    const runId = await run('--approve-plan');
    await writeFile(path.join(at.workspace, 'a.txt'), 'mine\n');
    const refused = await muster('apply', runId);
    assert.equal(refused.code, 1);
    assert.deepEqual([await text('a.txt'), await text('b.txt')], ['mine\n', 'none']);
    const told = await at.muster(['show', runId]);
    assert.match(told.stdout, /Not applied because of a\.txt: .*same places \(line 1\)/);
    const unnamed = await muster('apply', runId);
    assert.equal(unnamed.code, 2);
    assert.match(unnamed.stderr, /a\.txt: it has changed.*\n.*name with --only/);
    await writeFile(path.join(at.workspace, 'a.txt'), 'one\n');
    assert.equal((await muster('apply', runId, '--only', 'a.txt', '--only', 'b.txt')).code, 0);
    assert.deepEqual([await text('a.txt'), await text('b.txt')], ['two\n', 'b\n']);
    assertGapless();
  });

  it("puts the run's lines over the person's in a file in conflict that is named", async () => {
    await open(editing);
    const runId = await run('--approve-plan');
    await writeFile(path.join(at.workspace, 'a.txt'), 'mine\n');
    assert.equal((await muster('apply', runId)).code, 1);
    assert.equal((await muster('apply', runId, '--only', 'a.txt')).code, 0);
    assert.deepEqual([await text('a.txt'), await text('b.txt')], ['two\n', 'none']);
  });

  it('applies what is named alone, prints it as a patch before, and takes it back', async () => {
    await open(editing);
    const runId = await run('--approve-plan');
    // Whatever is wrong with the model: none is asked.
    const noModel = ['--provider', 'nowhere'];
    const wrong = await muster('apply', runId, '--only', 'nothing.txt');
    assert.equal(wrong.code, 2);
    assert.match(wrong.stderr, /--only nothing\.txt: no file.*There are: a\.txt, b\.txt/);
    const { stdout: patch } = await at.muster(['patch', runId, '--only', './b.txt', ...noModel]);
    assert.match(patch, /^diff --git a\/b\.txt b\/b\.txt\nnew file mode 100644/);
    assert.doesNotMatch(patch, /a\.txt/);
    assert.equal((await muster('apply', runId, '--only', 'b.txt', ...noModel)).code, 0);
    assert.deepEqual([await text('a.txt'), await text('b.txt')], ['one\n', 'b\n']);
    assert.equal((await muster('revert', runId, ...noModel)).code, 0);
    assert.deepEqual([await text('a.txt'), await text('b.txt')], ['one\n', 'none']);
    const again = await muster('revert', runId);
    assert.deepEqual([again.code, /was reverted already/.test(again.stderr)], [2, true]);
    assertGapless();
  });

  it('reverts what nobody touched since, and says what it left', async () => {
    await open(editing);
    const runId = await run('--approve-plan');
    assert.equal((await muster('apply', runId)).code, 0);
    await writeFile(path.join(at.workspace, 'a.txt'), 'mine since\n');
    const reverted = await muster('revert', runId);
    assert.equal(reverted.code, 1);
    assert.deepEqual([await text('a.txt'), await text('b.txt')], ['mine since\n', 'none']);
    const told = await at.muster(['show', runId]);
    assert.match(told.stdout, /Not reverted: a\.txt: it has changed since it was applied/);
  });
});
