/** Which decisions outlive an edit of the person's own, or work that was sent back. */
import assert from 'node:assert/strict';
import type { RunDriver } from '../../../src/engine/run/run-driver.ts';
import { call, creates, finish, scriptOf } from '../../support/runs/script-parts.ts';
import { openStage, runUntilReview, type Stage } from '../../support/runs/scripted-run.ts';

const base = Array.from({ length: 30 }, (_, index) => `line ${index + 1}\n`).join('');
const manifest = (test: string) => `{\n  "name": "x",\n  "scripts": { "test": "${test}" }\n}\n`;
const edit = (path: string, old_str: string, new_str: string) =>
  call('edit_file', { path, old_str, new_str });

/** Two hunks in `a.txt`, files that are decided whole, a protected one, and a manifest. */
const script = scriptOf([{ id: 'alter' }, { id: 'add' }], {
  'work/alter': [
    ...edit('a.txt', 'line 3\n', 'LINE 3\n'),
    ...edit('a.txt', 'line 25\n', 'LINE 25\n'),
    ...edit('package.json', '"name": "x"', '"name": "y"'),
    ...call('create_file', { path: '.npmrc', content: 'one=1\n' }),
    ...finish,
    ...edit('a.txt', 'LINE 3\n', 'three\n'),
    ...finish,
  ],
  'work/add': [
    ...call('create_file', { path: 'one.ipynb', content: '{"cells":[]}\n' }),
    ...creates('two.ipynb', '{"cells":[]}\n'),
    ...edit('two.ipynb', '[]', '[],"more":1'),
    ...finish,
  ],
});

describe('decisions of a review', () => {
  let stage: Stage;
  let driver: RunDriver;
  beforeEach(async () => {
    stage = await openStage({ files: { 'a.txt': base, 'package.json': manifest('run') } });
    driver = await stage.host.start('Do it', stage.provider(script));
    await runUntilReview(driver);
  });
  afterEach(() => stage.close());

  const file = (path: string) => {
    const found = driver.state.changes?.files.find((each) => each.path === path);
    assert.ok(found, `${path} is not in the change set`);
    return found;
  };
  const proposal = async (path: string) => {
    const { runId, changes } = driver.state;
    const bytes = await stage.host.readFile(runId, changes?.head ?? '', path);
    return Buffer.from(bytes ?? '').toString();
  };
  const write = async (path: string, from: string, to: string) => {
    const served = await proposal(path);
    assert.ok(served.includes(from), served);
    const text = {
      path,
      served: Buffer.from(served),
      saved: Buffer.from(served.replace(from, to)),
    };
    const { signal } = new AbortController();
    const staged = await stage.host.stageEdit(driver.state.runId, text, signal);
    assert.ok(staged);
    await driver.editChange(staged, 't');
  };
  const decide = (path: string, decision: 'accepted' | 'rejected', confirmed?: true) =>
    driver.decideChange({ path, decision, ...(confirmed && { confirmed }) }, 't');
  const decisionsOn = (path: string) =>
    file(path).hunks.map(({ id }) => file(path).decisions[id] ?? 'undecided');

  it('stay where the person writes on in what they accepted', async () => {
    await decide('a.txt', 'accepted');
    await write('a.txt', 'LINE 3\n', 'LINE 3\nand more\n');
    assert.deepEqual(decisionsOn('a.txt'), ['accepted', 'accepted']);
    assert.equal(file('a.txt').edited?.length, 1);
  });

  it('are not made by writing: neither beside what was accepted nor over what was rejected', async () => {
    const [first = ''] = file('a.txt').hunks.map(({ id }) => id);
    await driver.decideChange({ path: 'a.txt', hunks: [first], decision: 'accepted' }, 't');
    await write('a.txt', 'line 12\n', 'twelve\n');
    assert.deepEqual(decisionsOn('a.txt'), ['accepted', 'undecided', 'undecided']);
    await write('a.txt', 'LINE 25\n', 'mine\n');
    assert.deepEqual(decisionsOn('a.txt'), ['accepted', 'undecided', 'undecided']);
  });

  it('need a yes to all that one hunk was made of', async () => {
    const [first = ''] = file('a.txt').hunks.map(({ id }) => id);
    await driver.decideChange({ path: 'a.txt', hunks: [first], decision: 'accepted' }, 't');
    const between = base.slice(base.indexOf('line 4\n'), base.indexOf('line 25\n'));
    await write('a.txt', between, 'nothing between\n');
    assert.deepEqual(decisionsOn('a.txt'), ['undecided']);
  });

  it('on a protected file count no more once the person wrote into it, nor does its own yes', async () => {
    await decide('.npmrc', 'accepted', true);
    assert.equal(file('.npmrc').confirmed, true);
    await write('.npmrc', 'one=1\n', 'one=2\n');
    assert.equal(file('.npmrc').confirmed, undefined);
    assert.equal(file('.npmrc').protected, 'packages');
    assert.deepEqual(decisionsOn('.npmrc'), ['undecided']);
    await assert.rejects(decide('.npmrc', 'accepted'), { code: 'protected' });
    await decide('.npmrc', 'accepted', true);
    await driver.applyAccepted('t');
    await driver.idle();
    assert.equal((await stage.files())['.npmrc'], 'one=2\n');
  });

  it('on a file that the person makes a protected one need its own yes, and do without it again', async () => {
    await decide('package.json', 'accepted');
    assert.equal(file('package.json').protected, undefined);
    await write('package.json', '"run"', '"rm -rf"');
    assert.equal(file('package.json').protected, 'scripts');
    assert.ok(decisionsOn('package.json').every((each) => each === 'undecided'));
    await assert.rejects(decide('package.json', 'accepted'), { code: 'protected' });
    await write('package.json', '"rm -rf"', '"run"');
    assert.equal(file('package.json').protected, undefined);
    await decide('package.json', 'accepted');
  });

  it('on a whole file stay where it comes back as it was, and are forgotten where it does not', async () => {
    await decide('one.ipynb', 'accepted');
    await decide('two.ipynb', 'rejected');
    await decide('.npmrc', 'rejected');
    await driver.sendBack([{ path: 'a.txt', text: 'Spell the number out.' }], 't');
    assert.equal((await runUntilReview(driver)).status, 'reviewing');
    assert.equal(file('one.ipynb').whole, 'accepted');
    assert.equal(file('two.ipynb').whole, 'rejected');
    assert.deepEqual(decisionsOn('.npmrc'), ['rejected']);
    assert.equal(file('one.ipynb').unseen, undefined);
    await driver.sendBack([{ path: 'two.ipynb', text: 'More.' }], 't');
    assert.equal((await runUntilReview(driver)).status, 'reviewing');
    assert.equal(file('one.ipynb').whole, 'accepted');
    assert.equal(file('two.ipynb').whole, 'undecided');
    assert.deepEqual(file('two.ipynb').unseen, []);
  });

  it('of a notebook end with an edit that was made over its rejection', async () => {
    await decide('one.ipynb', 'rejected');
    await write('one.ipynb', '[]', '[1]');
    assert.equal(file('one.ipynb').whole, 'undecided');
    await decide('one.ipynb', 'accepted');
    await write('one.ipynb', '[1]', '[2]');
    assert.equal(file('one.ipynb').whole, 'accepted');
  });

  it('are refused with a way out where the staged text of an edit is lost, and the run goes on', async () => {
    const { changes } = driver.state;
    const lost = { path: 'a.txt', basedOn: changes?.head ?? '', head: 'f'.repeat(40) };
    await assert.rejects(driver.editChange(lost, 't'), {
      code: 'wrong-decision',
      userMessage: /Your edit was not taken in.*Your text is kept in the editor/s,
    });
    assert.equal(driver.state.status, 'reviewing');
  });
});
