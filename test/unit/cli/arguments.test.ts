/** The command line's grammar: every verb and flag, and what is said to what does not fit. */
import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { parseArguments } from '../../../src/cli/arguments.ts';
import { usage } from '../../../src/cli/usage.ts';

const parse = (line: string) => parseArguments(line.split(' ').filter(Boolean));
const refuses = (line: string, says: RegExp) =>
  assert.throws(() => parse(line), { code: 'bad-input', message: says }, line);

describe('The arguments of muster', () => {
  it('are a task and flags for run', () => {
    const everything = parseArguments([
      ...['run', '--task', 'Do it now', '--workspace', 'w', '--state', 's', '--provider', 'demo'],
      ...['--base-url', 'http://127.0.0.1:1', '--model', 'm', '--answers', 'a.json'],
      ...['--approve-plan', '--allow-commands', 'all', '--apply', 'none', '--max-parallel', '50'],
      ...['--timeout', '7', '--json'],
    ]);
    assert.deepEqual(everything, {
      verb: 'run',
      task: { text: 'Do it now' },
      flags: {
        workspace: 'w',
        state: 's',
        provider: 'demo',
        baseUrl: 'http://127.0.0.1:1',
        model: 'm',
        answersFile: 'a.json',
        defaults: false,
        approvePlan: true,
        allowCommands: 'all',
        apply: 'none',
        maxParallel: 50,
        timeoutSeconds: 7,
        json: true,
        transcript: false,
      },
    });
  });

  it('decide nothing that was not said', () => {
    assert.deepEqual(parse('run --task-file t.md'), {
      verb: 'run',
      task: { file: 't.md' },
      flags: {
        workspace: '.',
        defaults: false,
        approvePlan: false,
        json: false,
        transcript: false,
      },
    });
  });

  it('are ceilings in dollars, tokens and minutes, or none', () => {
    const { flags } = parse('resume r-1 --max-usd 2.50 --max-tokens 200000 --max-minutes none');
    assert.deepEqual(flags.ceilings, { usd: 2.5, tokens: 200_000, minutes: null });
    refuses('run --task x --max-usd 0', /--max-usd takes a number over 0/);
    refuses('run --task x --max-usd 1e9', /--max-usd takes a number over 0/);
    refuses('run --task x --max-tokens 1.5', /--max-tokens takes a whole number over 0/);
    refuses('run --task x --max-minutes soon', /or none for no ceiling, not "soon"/);
  });

  it('name a run for what goes on with one', () => {
    for (const verb of ['resume', 'approve', 'reject', 'answer', 'cancel', 'apply', 'show']) {
      const parsed = parse(`${verb} r-1`);
      assert.deepEqual([parsed.verb, 'runId' in parsed && parsed.runId], [verb, 'r-1']);
      refuses(verb, /takes one argument.*not 0/);
      refuses(`${verb} r-1 more`, /takes one argument.*not 2/);
    }
  });

  it('name a run and a question for allow and deny', () => {
    for (const verb of ['allow', 'deny']) {
      const parsed = parse(`${verb} r-1 command/work/a#1.1`);
      assert.deepEqual(
        [parsed.verb, 'approvalId' in parsed && parsed.approvalId],
        [verb, 'command/work/a#1.1'],
      );
      refuses(`${verb} r-1`, /takes 2 arguments.*not 1/);
    }
    assert.throws(() => parseArguments(['allow', 'r-1', '']), { code: 'bad-input' });
  });

  it('are none for runs, and none or a task for run', () => {
    assert.equal(parse('runs').verb, 'runs');
    refuses('runs r-1', /takes no argument/);
    refuses('run --task x y', /takes no argument/);
  });

  it('may ask for help or for the version alone', () => {
    for (const line of ['', 'help', '--help', '-h', 'run --help', 'runs -h']) {
      assert.equal(parse(line).verb, 'help', line);
    }
    assert.equal(parse('--version').verb, 'version');
  });

  it('must be known', () => {
    refuses('runn --task x', /no command "runn"/);
    refuses('run --task x --colour', /--colour/);
    refuses('run --task', /--task/);
    refuses('run --task x --json=yes', /--json/);
  });

  it('take a task from one place', () => {
    refuses('run', /one of --task and --task-file/);
    refuses('run --task x --task-file y', /one of --task and --task-file/);
  });

  it('take answers or defaults, not both', () => {
    refuses('run --task x --answers a.json --defaults', /exclude each other/);
  });

  it('have values from a list or a range, which is named', () => {
    refuses('run --task x --apply some', /--apply takes all or none, not "some"/);
    refuses(
      'run --task x --allow-commands some',
      /--allow-commands takes none or sandboxed or all/,
    );
    for (const host of ['*', 'https://a.example', 'a.example:443', 'localhost', '']) {
      refuses(`run --task x --allow-network=${host}`, /--allow-network takes a host/);
    }
    for (const value of ['0', '51', '1.5', '-1', 'many', '1e1', '0x10']) {
      refuses(`run --task x --max-parallel=${value}`, /--max-parallel takes a whole number.*50/);
    }
    refuses('run --task x --max-tasks=1001', /--max-tasks takes a whole number from 1 to 1000/);
    refuses('run --task x --timeout=0', /--timeout takes a whole number from 1/);
    refuses('run --task x --timeout=', /--timeout takes a whole number/);
  });

  it('are all in the text that help prints, and so are the exit codes', () => {
    for (const word of [
      'resume',
      'approve',
      'reject',
      'answer',
      'allow',
      'deny',
      'cancel',
      'edit',
      'plan',
    ]) {
      assert.match(usage, new RegExp(`\\b${word} RUN`));
    }
    for (const word of [
      'runs',
      'apply RUN',
      'show RUN',
      '--transcript',
      '--feedback',
      '--defaults',
    ]) {
      assert.ok(usage.includes(word), word);
    }
    for (const code of [0, 1, 2, 3, 4, 5, 130]) assert.match(usage, new RegExp(`\\b${code} [a-z]`));
  });
});
