/** A run from request to applied diffs, on real parts, with a scripted model. */
import assert from 'node:assert/strict';
import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { call, creates, finish, scriptOf } from '../../support/runs/script-parts.ts';
import {
  acceptAllAndApply,
  openStage,
  runUntilReview,
  type Stage,
  type StageOptions,
} from '../../support/runs/scripted-run.ts';

describe('a run', () => {
  let stage: Stage;
  const open = async (options: StageOptions) => {
    stage = await openStage(options);
  };
  afterEach(() => stage.close());

  it('plans, musters, works, reviews, and applies what was accepted', async () => {
    await open({ files: { 'a.txt': 'one\ntwo\nthree\n', 'old.txt': 'gone\n' } });
    const script = scriptOf([{ id: 'edit' }, { id: 'add' }, { id: 'drop', after: ['edit'] }], {
      'work/edit': [
        ...call('edit_file', { path: 'a.txt', old_str: 'two', new_str: 'TWO' }),
        ...finish,
      ],
      'work/add': creates('sub/new.txt', 'new\n'),
      'work/drop': [...call('delete_file', { path: 'old.txt' }), ...finish],
    });
    const driver = await stage.host.start('Do it', stage.provider(script));
    const state = await runUntilReview(driver);
    assert.equal(state.status, 'reviewing', state.error?.message);
    assert.deepEqual(
      state.changes?.files.map((file) => [file.path, file.status]),
      [
        ['a.txt', 'modified'],
        ['old.txt', 'deleted'],
        ['sub/new.txt', 'added'],
      ],
    );
    assert.deepEqual(await stage.files(), { 'a.txt': 'one\ntwo\nthree\n', 'old.txt': 'gone\n' });
    const done = await acceptAllAndApply(driver);
    assert.equal(done.status, 'completed', JSON.stringify(done.refused));
    assert.deepEqual(await stage.files(), { 'a.txt': 'one\nTWO\nthree\n', 'sub/new.txt': 'new\n' });
    assert.equal(done.totals?.tasks.done, 3);
  });

  it('works in a folder that is no repository', async () => {
    await open({ files: { 'a.txt': 'a\n' }, git: false });
    const script = scriptOf([{ id: 'add' }], { 'work/add': creates('b.txt', 'b\n') });
    const driver = await stage.host.start('Do it', stage.provider(script));
    await runUntilReview(driver);
    await acceptAllAndApply(driver);
    assert.deepEqual(await stage.files(), { 'a.txt': 'a\n', 'b.txt': 'b\n' });
  });

  it('applies the accepted hunks of a file and no others', async () => {
    const lines = Array.from({ length: 30 }, (_, index) => `line ${index + 1}`);
    await open({ files: { 'a.txt': `${lines.join('\n')}\n` } });
    const script = scriptOf([{ id: 'edit' }], {
      'work/edit': [
        ...call('edit_file', { path: 'a.txt', old_str: 'line 3\n', new_str: 'LINE 3\n' }),
        ...call('edit_file', {
          path: 'a.txt',
          old_str: 'line 20\n',
          new_str: 'LINE 20\nand more\n',
        }),
        ...finish,
      ],
    });
    const driver = await stage.host.start('Do it', stage.provider(script));
    const state = await runUntilReview(driver);
    const [file] = state.changes?.files ?? [];
    assert.equal(file?.hunks.length, 2);
    const [first, second] = file?.hunks ?? [];
    await driver.decideChange(
      { path: 'a.txt', hunks: [second?.id ?? ''], decision: 'accepted' },
      't',
    );
    await driver.decideChange(
      { path: 'a.txt', hunks: [first?.id ?? ''], decision: 'rejected' },
      't',
    );
    await driver.applyAccepted('t');
    await driver.idle();
    const expected = lines.flatMap((line) =>
      line === 'line 20' ? ['LINE 20', 'and more'] : [line],
    );
    assert.deepEqual(await stage.files(), { 'a.txt': `${expected.join('\n')}\n` });
  });

  it('refuses to apply over a file that the person changed since the snapshot', async () => {
    await open({ files: { 'a.txt': 'a\n', 'b.txt': 'b\n' } });
    const script = scriptOf([{ id: 'edit' }], {
      'work/edit': [
        ...call('edit_file', { path: 'a.txt', old_str: 'a', new_str: 'A' }),
        ...call('edit_file', { path: 'b.txt', old_str: 'b', new_str: 'B' }),
        ...finish,
      ],
    });
    const driver = await stage.host.start('Do it', stage.provider(script));
    await runUntilReview(driver);
    await writeFile(path.join(stage.workspace, 'a.txt'), 'mine\n');
    const state = await acceptAllAndApply(driver);
    assert.equal(state.status, 'reviewing');
    assert.deepEqual(
      state.refused?.map((each) => each.path),
      ['a.txt'],
    );
    assert.deepEqual(await stage.files(), { 'a.txt': 'mine\n', 'b.txt': 'b\n' });
  });

  it('takes a file that already holds what was accepted as applied', async () => {
    await open({ files: { 'a.txt': 'a\n' } });
    const script = scriptOf([{ id: 'edit' }], {
      'work/edit': [...call('edit_file', { path: 'a.txt', old_str: 'a', new_str: 'A' }), ...finish],
    });
    const driver = await stage.host.start('Do it', stage.provider(script));
    await runUntilReview(driver);
    await writeFile(path.join(stage.workspace, 'a.txt'), 'A\n');
    const state = await acceptAllAndApply(driver);
    assert.equal(state.status, 'completed', JSON.stringify(state.refused));
    assert.deepEqual(await stage.files(), { 'a.txt': 'A\n' });
  });

  it('changes nothing when no hunk was accepted', async () => {
    await open({ files: { 'a.txt': 'a\n' } });
    const script = scriptOf([{ id: 'add' }], { 'work/add': creates('b.txt', 'b\n') });
    const driver = await stage.host.start('Do it', stage.provider(script));
    await runUntilReview(driver);
    await driver.applyAccepted('t');
    const state = await driver.idle();
    assert.equal(state.outcome, 'none-accepted');
    assert.deepEqual(await stage.files(), { 'a.txt': 'a\n' });
  });

  it('has an empty task refused before anything is stored', async () => {
    await open({ files: { 'a.txt': 'a\n' } });
    const script = scriptOf([{ id: 'add' }], {});
    await assert.rejects(stage.host.start('  \n', stage.provider(script)), { code: 'bad-input' });
    assert.deepEqual(await stage.host.list(), []);
  });

  it('answers a simple request in words, without a snapshot', async () => {
    await open({ files: { 'a.txt': 'a\n' } });
    const driver = await stage.host.start(
      'What is a monad?',
      stage.provider({
        name: 't',
        description: '',
        conversations: {
          triage: call('analyze_request', {
            strategy: 'simple',
            reasoning: 'Words.',
            needs_clarification: true,
          }),
          answer: [{ text: 'A monoid.' }],
        },
      }),
    );
    const state = await runUntilReview(driver);
    assert.equal(state.results, 'A monoid.');
    assert.equal(state.outcome, 'answered');
    assert.equal(state.snapshot, undefined);
  });

  it('answers a question about the workspace with tools that only read', async () => {
    await open({ files: { 'a.txt': 'the answer is 42\n' } });
    const driver = await stage.host.start(
      'What is the answer?',
      stage.provider({
        name: 't',
        description: '',
        conversations: {
          triage: call('analyze_request', {
            strategy: 'tool',
            reasoning: 'Reads.',
            needs_clarification: false,
          }),
          answer: [
            ...call('create_file', { path: 'x', content: 'x' }),
            ...call('read_file', { path: 'a.txt' }),
            { text: 'It is 42.' },
          ],
        },
      }),
    );
    const state = await runUntilReview(driver);
    assert.equal(state.results, 'It is 42.');
    const calls = state.conversations.at(-1)?.turns.flatMap((turn) => turn.calls) ?? [];
    assert.deepEqual(
      calls.map((each) => each.status),
      ['error', 'ok'],
    );
    assert.deepEqual(await stage.files(), { 'a.txt': 'the answer is 42\n' });
  });

  it('asks when the request is ambiguous, and takes defaults for what is not answered', async () => {
    await open({ files: { 'a.txt': 'a\n' } });
    const question = (id: string) => ({
      id,
      question: `${id}?`,
      why: 'It matters.',
      default: `default ${id}`,
    });
    const script = scriptOf([{ id: 'add' }], {
      triage: call('analyze_request', {
        strategy: 'complex',
        reasoning: 'r',
        needs_clarification: true,
      }),
      clarify: call('ask_clarifying_questions', { questions: [question('one'), question('two')] }),
      'work/add': creates('b.txt', 'b\n'),
    });
    const driver = await stage.host.start('Do it', stage.provider(script));
    const waiting = await runUntilReview(driver);
    assert.equal(waiting.status, 'clarifying');
    const [approval] = waiting.approvals;
    assert.ok(approval);
    await driver.decide(approval.approvalId, { decision: 'answer', answers: { one: 'mine' } }, 't');
    const state = await runUntilReview(driver);
    assert.deepEqual(
      state.answers?.map((each) => [each.answer, each.defaulted]),
      [
        ['mine', false],
        ['default two', true],
      ],
    );
  });

  it('never runs more tasks at once than there are slots, the highest priority first', async () => {
    await open({ files: { 'a.txt': 'a\n' }, maxParallel: 2 });
    const ids = ['p1', 'p9', 'p5', 'p3'];
    const script = scriptOf(
      ids.map((id) => ({ id, priority: Number(id.slice(1)) })),
      Object.fromEntries(ids.map((id) => [`work/${id}`, creates(`${id}.txt`, id)])),
    );
    const driver = await stage.host.start('Do it', stage.provider(script));
    await runUntilReview(driver);
    const running = new Set<string>();
    let most = 0;
    const order: string[] = [];
    for (const event of stage.events) {
      if (event.type === 'task:start') {
        running.add(event.taskId);
        order.push(event.taskId);
      }
      if (event.type === 'task:complete') running.delete(event.taskId);
      most = Math.max(most, running.size);
    }
    assert.equal(most, 2);
    assert.deepEqual(order, ['p9', 'p5', 'p3', 'p1']);
  });

  it('starts a task the moment its own dependencies are merged, whatever else its level does', async () => {
    await open({ files: { 'a.txt': 'a\n' }, maxParallel: 5 });
    const script = scriptOf([{ id: 'quick' }, { id: 'slow' }, { id: 'next', after: ['quick'] }], {
      'work/quick': creates('quick.txt', 'q'),
      'work/slow': [
        ...call('run_command', { command: 'until [ -e go ]; do sleep 0.05; done' }),
        ...finish,
      ],
      'work/next': creates('next.txt', 'n'),
    });
    const driver = await stage.host.start('Do it', stage.provider(script));
    driver.start();
    await driver.idle();
    const [asked] = driver.state.approvals;
    assert.ok(asked);
    await driver.decide(asked.approvalId, { decision: 'approve', hash: asked.hash ?? '' }, 't');
    const state = await driver.idle();
    const status = (id: string) => state.tasks.find((each) => each.task.id === id)?.status;
    assert.deepEqual(
      [status('quick'), status('slow'), status('next')],
      ['done', 'waiting-for-you', 'done'],
    );
    await driver.cancel('t');
  });

  it('has a merge conflict resolved by the agent, with both sides in its lane, and reviews it anew', async () => {
    await open({ files: { 'a.txt': 'one\n' } });
    // Whoever comes second resolves it, so both scripts go on after their first finish.
    const sided = (side: string) => [
      ...call('edit_file', { path: 'a.txt', old_str: 'one', new_str: side }),
      ...finish,
      ...call('search_files', { pattern: '<<<<<<<' }),
      ...call('delete_file', { path: 'a.txt' }),
      ...call('create_file', { path: 'a.txt', content: 'left and right\n' }),
      ...finish,
    ];
    const script = scriptOf([{ id: 'left' }, { id: 'right' }], {
      'work/left': sided('left'),
      'work/right': sided('right'),
    });
    const driver = await stage.host.start('Do it', stage.provider(script));
    const state = await runUntilReview(driver);
    const conflicted = state.tasks.filter((task) => task.conflicts > 0);
    assert.equal(state.status, 'reviewing', state.error?.message);
    assert.equal(conflicted.length, 1);
    assert.equal(conflicted[0]?.attempt, 1, 'a conflict is not an attempt');
    assert.equal(conflicted[0]?.verdicts.length, 4, 'the resolution is reviewed');
    const searched = state.conversations
      .flatMap((each) => each.turns.flatMap((turn) => turn.calls))
      .find((each) => each.name === 'search_files');
    assert.match(searched?.summary ?? '', /^1 match/);
    await acceptAllAndApply(driver);
    assert.deepEqual(await stage.files(), { 'a.txt': 'left and right\n' });
  });
});
