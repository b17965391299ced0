/** What `muster run` says when it cannot work: bad input, no key, a wrong key, nobody at the address. */
import assert from 'node:assert/strict';
import { readdir } from 'node:fs/promises';
import path from 'node:path';
import { after, before, describe, it } from 'mocha';
import { parseArguments } from '../../../src/cli/arguments.ts';
import { createPrinter } from '../../../src/cli/printer.ts';
import { executeRun } from '../../../src/cli/verbs.ts';
import { fingerprintOf } from '../../support/folder-contents.ts';
import { creates, scriptOf } from '../../support/runs/script-parts.ts';
import {
  type CommandLine,
  openCommandLine,
  type Running,
  removeCompileCache,
} from './command-line.ts';

const task = ['run', '--task', 'Do it'];

describe('muster run, where it cannot work,', function () {
  this.timeout(90_000);
  let at: CommandLine;
  let elsewhere: CommandLine;
  /** Tries again for seconds, so it does that beside the other tests. */
  let unreachable: Running;
  before(async () => {
    const script = scriptOf([{ id: 'add' }], { 'work/add': creates('b.txt', 'b\n') });
    [at, elsewhere] = await Promise.all([openCommandLine(script), openCommandLine(script)]);
    await elsewhere.server.close();
    unreachable = elsewhere.begin(task);
  });
  after(async () => {
    await Promise.all([at?.close(), elsewhere?.close()]);
    await removeCompileCache();
  });

  const assertNothingStarted = async () => {
    assert.equal(at.server.counts.messages, 0);
    assert.equal(await readdir(at.state).catch(() => 'none'), 'none');
  };

  it('ends with 2 for bad input, and starts nothing', async () => {
    const refusals: Array<[string[], RegExp]> = [
      [['run', '--task', ' \n'], /The task is empty[\s\S]*muster --help lists/],
      [[...task, '--workspace', '/no/such'], /\/no\/such is not a folder/],
      [[...task, '--workspace', '/'], /root of a file system/],
      [['show', 'no-such-run'], /no run no-such-run/],
    ];
    const untouched = await fingerprintOf(at.workspace);
    for (const [args, says] of refusals) {
      const { code, stdout, stderr } = await at.muster(args);
      assert.deepEqual([code, stdout], [2, ''], `${args.join(' ')}: ${stderr}`);
      assert.match(stderr, says);
    }
    assert.deepEqual(await fingerprintOf(at.workspace), untouched);
    await assertNothingStarted();
  });

  it('says what is wrong with bad input', async () => {
    const notJson = await at.file('brace.json', '{');
    const noTexts = await at.file('numbers.json', '{"q":1}');
    const refusals: Array<[string[], RegExp]> = [
      [['run', '--task-file', 'no.md'], /no\.md cannot be read/],
      [[...task, '--state', path.join(at.workspace, 's')], /outside the workspace/],
      [[...task, '--provider', 'acme'], /"acme" is not available/],
      [[...task, '--provider', 'demo'], /own sample workspace/],
      [[...task, '--answers', notJson], /brace\.json must hold a JSON object/],
      [[...task, '--answers', noTexts], /numbers\.json must hold .* question id to answer/],
    ];
    for (const [args, message] of refusals) {
      const given = parseArguments(['--workspace', at.workspace, '--state', at.state, ...args]);
      assert.ok(given.verb === 'run');
      await assert.rejects(executeRun(given, createPrinter({ json: true })), {
        code: 'bad-input',
        message,
      });
    }
    const resumed = parseArguments(['resume', '../up', '--workspace', at.workspace]);
    assert.ok(resumed.verb === 'resume');
    await assert.rejects(executeRun(resumed, createPrinter({ json: true })), {
      code: 'not-found',
      message: /"\.\.\/up" is not the id of a run/,
    });
    await assertNothingStarted();
  });

  it('ends with 1 for no key at all, without sending anything', async () => {
    const { code, stderr } = await at.muster(task, { ANTHROPIC_API_KEY: '' });
    assert.deepEqual([code, at.server.counts.messages], [1, 0]);
    assert.match(stderr, /No API key.*ANTHROPIC_API_KEY/);
  });

  it('ends with 1 for a key that is refused, without showing it', async () => {
    const wrong = 'sk-ant-wrong-0123456789';
    const { code, stdout, stderr } = await at.muster(task, { ANTHROPIC_API_KEY: wrong });
    assert.equal(code, 1);
    assert.match(stderr, /The key was refused.*ANTHROPIC_API_KEY/);
    assert.ok(!`${stdout}${stderr}`.includes(wrong));
    const listed = await at.muster(['runs']);
    assert.match(listed.stdout, /^\S+ {2}failed \(model-auth\) {2}anthropic {2}Do it\n/);
  });

  it('ends with 1 for an address where nobody listens', async () => {
    const { code, stderr } = await unreachable.ended;
    assert.equal(code, 1);
    assert.match(stderr, /could not be reached.*Check the network/);
  });
});
