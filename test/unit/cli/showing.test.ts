/** What is shown of runs: the list, the summary, the transcript, and each event as a line. */
import assert from 'node:assert/strict';
import { after, afterEach, describe, it } from 'mocha';
import { describeEvent } from '../../../src/cli/describe-event.ts';
import { exitCodeOf } from '../../../src/cli/exit-codes.ts';
import { summaryText, transcriptText } from '../../../src/cli/run-text.ts';
import { applied, refused, reviewing } from '../../support/panel-preview/change-log.ts';
import { eventsOf, stateOf } from '../../support/panel-preview/log-parts.ts';
import * as logs from '../../support/panel-preview/run-log.ts';
import { call, creates, scriptOf } from '../../support/runs/script-parts.ts';
import { type CommandLine, openCommandLine, removeCompileCache } from './command-line.ts';

describe('The exit code of a run', () => {
  const waiting = 3;
  for (const [name, log, code] of [
    ['that has questions', logs.asking, waiting],
    ['that waits for approval', logs.approving, waiting],
    ['that waits for permission', logs.permission, waiting],
    ['that stands at a ceiling', logs.ceilings, 5],
    ['whose changes wait', reviewing, waiting],
    ['whose changes were refused', refused, 1],
    ['that was applied', applied, 0],
  ] as const) {
    it(`${name} is ${code}`, () => assert.equal(exitCodeOf(stateOf(log)), code));
  }

  it('that failed is 1, rejected 4, cancelled 130', () => {
    const state = stateOf(logs.beginning);
    assert.equal(exitCodeOf({ ...state, status: 'failed' }), 1);
    assert.equal(exitCodeOf({ ...state, status: 'rejected' }), 4);
    assert.equal(exitCodeOf({ ...state, status: 'cancelled' }), 130);
  });

  it('that was applied without a task that failed is 1', () => {
    const state = stateOf(applied);
    const [first, ...rest] = state.tasks;
    assert.ok(first);
    assert.equal(exitCodeOf({ ...state, tasks: [{ ...first, status: 'failed' }, ...rest] }), 1);
  });
});

describe('The summary of a run', () => {
  it('names each open question with the command that answers it', () => {
    assert.match(summaryText(stateOf(logs.asking)), /muster answer 20251122-dates --answers FILE/);
    assert.match(
      summaryText(stateOf(logs.approving)),
      /muster approve 20251122-dates, or muster reject/,
    );
    assert.match(
      summaryText(stateOf(logs.permission)),
      /A command waits for permission: .+\n +muster allow 20251122-dates '.+', or muster deny/,
    );
    assert.match(summaryText(stateOf(reviewing)), /muster apply 20251122-dates/);
  });

  it('says at a ceiling what is spent and how to go on', () => {
    const text = summaryText(stateOf(logs.ceilings));
    assert.match(text, /ceiling of \$0\.50 for the run is reached: \$0\.41 are spent.*\$0\.13/);
    assert.match(text, /muster resume 20251122-dates --max-usd 0\.54 or more/);
    assert.match(text, /muster allow 20251122-dates budget\/2 --max-tokens 111510 or more/);
    assert.match(text, /muster deny 20251122-dates budget\/2/);
  });

  it('has the cost with the day of the prices, or says whose price is not known', () => {
    const state = stateOf(applied);
    assert.match(summaryText(state), /cost: \$\d+\.\d\d, by list prices of \d{4}-\d\d-\d\d/);
    const run = { ...state.spending.run, unpriced: ['mystery'] };
    const unknown = { ...state, spending: { ...state.spending, run } };
    assert.match(summaryText(unknown), /and what mystery cost, for which no price is known/);
    assert.match(summaryText({ ...state, provider: 'demo' }), /cost: nothing, .*demonstration/);
  });

  it('says why nothing was applied', () => {
    assert.match(summaryText(stateOf(refused)), /Not applied because of .+: .+/);
  });

  it('has no word that the state does not have', () => {
    for (const log of Object.values(logs).filter(Array.isArray)) {
      assert.doesNotMatch(summaryText(stateOf(log)), /undefined|\[object|NaN/);
    }
  });
});

describe('An event as a line', () => {
  it('is a sentence or nothing, for every event', () => {
    for (const log of Object.values(logs).filter(Array.isArray)) {
      for (const event of eventsOf(log)) {
        const line = describeEvent(event);
        assert.notEqual(line?.trim(), '', event.type);
        assert.doesNotMatch(line ?? '', /undefined|\[object|NaN/, event.type);
      }
    }
  });

  it('counts requests that are sent again', () => {
    const says = (repeated: number) =>
      eventsOf([{ type: 'workflow:resume', repeated }]).map(describeEvent);
    assert.deepEqual(says(0), ['Resumed']);
    assert.deepEqual(says(1), ['Resumed; 1 request is sent again']);
    assert.deepEqual(says(2), ['Resumed; 2 requests are sent again']);
  });
});

describe('The transcript of a run', () => {
  it('has every conversation with its turns, calls and notes', async () => {
    const state = stateOf(reviewing);
    const text = await transcriptText(state, async (ref) => `body of ${ref.bytes} bytes`);
    for (const { conversationId, turns } of state.conversations) {
      assert.ok(text.includes(`# ${conversationId} (`));
      for (const turn of turns) assert.ok(text.includes(turn.text));
    }
    assert.doesNotMatch(text, /undefined|\[object/);
  });
});

describe('muster show and muster runs', function () {
  this.timeout(90_000);
  let at: CommandLine;
  afterEach(() => at.close());
  after(removeCompileCache);

  it('list runs, newest first, and tell one in short or in full', async () => {
    at = await openCommandLine(
      scriptOf([{ id: 'add' }], {
        'work/add': [
          { text: 'I begin.', ...call('read_file', { path: 'a.txt' })[0] },
          ...creates('b.txt', 'b\u001b]0;owned\u0007\n'),
        ],
      }),
    );
    const none = await at.muster(['runs']);
    assert.deepEqual([none.code, none.stdout], [0, '']);
    assert.match(none.stderr, /no runs in this workspace/);

    const first = await at.muster(['run', '--task', 'First\nand more', '--json', '--approve-plan']);
    const runId = first.lines()[0]?.runId ?? '';
    await at.muster(['run', '--task', 'Second']);
    const [listed, asJson, short, full] = await Promise.all([
      at.muster(['runs']),
      at.muster(['runs', '--json']),
      at.muster(['show', runId]),
      at.muster(['show', runId, '--transcript']),
    ]);
    assert.match(
      listed.stdout,
      /^\S+ {2}awaiting-approval \(waits for you\) {2}anthropic {2}Second\n\S+ {2}reviewing \(waits for you\) {2}anthropic {2}First\n$/,
    );
    assert.deepEqual(
      asJson.lines().map((line) => [line.runId === runId, line.request, line.waiting]),
      [
        [false, 'Second', true],
        [true, 'First\nand more', true],
      ],
    );
    assert.match(short.stdout, /done +add, Task add\n +added +b\.txt \+1 -0 \(undecided\)/);
    assert.match(
      full.stdout,
      /# work\/add \(Ada, claude-[\s\S]*I begin\.[\s\S]*## read_file: Read a\.txt\na\.txt, lines 1 to 1 of 1\none\n/,
    );
    assert.ok(full.stdout.includes(']0;owned'));
    assert.ok(!full.stdout.includes('\u001b') && !full.stdout.includes('\u0007'));
  });
});
