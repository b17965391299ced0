/** The words that the panel shows for statuses and decisions. */
import assert from 'node:assert/strict';
import { type HunkDecision, ReviewedFile } from '../../../src/shared/changes.ts';
import type { CallState, RunState } from '../../../src/shared/run-state.ts';
import {
  appliedWords,
  callStatusWords,
  callTitle,
  count,
  decisionWords,
  list,
  runStatusWords,
  summaryWords,
  taskStatusWords,
} from '../../../src/webview/words.ts';
import { applied, reverted, revertedWhole } from '../../support/panel-preview/change-log.ts';
import { answered, taskFailed } from '../../support/panel-preview/ended-log.ts';
import { callId, stateOf } from '../../support/panel-preview/log-parts.ts';
import * as log from '../../support/panel-preview/run-log.ts';

const executing = stateOf(log.executing);

describe('the status of a run', () => {
  it('says how far it is and who is waited for', () => {
    const words = (bodies: readonly unknown[]) => runStatusWords(stateOf(bodies)).words;
    assert.equal(words(log.asking), 'Waiting for answers');
    assert.equal(words(log.planning), 'Planning');
    assert.equal(words(log.approving), 'Waiting for approval');
    assert.equal(words(log.executing), 'Executing, 1 of 5 done');
    assert.equal(words(log.permission), 'Executing, 1 of 5 done, 2 commands wait for you');
    assert.equal(words(applied), 'Changes applied');
    assert.equal(words(answered), 'Answered');
    assert.equal(words(reverted), 'Changes reverted in part');
    assert.equal(words(revertedWhole), 'Changes reverted');
  });

  it('says that it is being cancelled until it is', () => {
    const cancelled: RunState = { ...executing, cancelled: true };
    assert.equal(runStatusWords(cancelled).words, 'Cancelling');
    assert.equal(runStatusWords({ ...cancelled, status: 'cancelled' }).words, 'Cancelled');
  });

  it('is known in a list from its summary alone', () => {
    assert.equal(summaryWords({ status: 'executing', waiting: true }).words, 'Waiting for you');
    assert.equal(summaryWords({ status: 'failed', waiting: true }).words, 'Failed');
    const failed = { status: 'failed', waiting: false } as const;
    assert.equal(summaryWords({ ...failed, failure: 'model-auth' }).words, 'Failed: no valid key');
    assert.equal(
      summaryWords({ ...failed, failure: 'apply-failed' }).words,
      'Failed: apply failed',
    );
    const completed = { status: 'completed', waiting: false } as const;
    assert.equal(summaryWords({ ...completed, outcome: 'applied' }).words, 'Changes applied');
  });
});

describe('the status of a task', () => {
  const [parser, , moment, tests] = executing.tasks;
  assert.ok(parser && moment && tests);

  it('names what it waits for, or what blocks it', () => {
    const words = (unmet: string[]) => taskStatusWords(tests, unmet, 'moving').words;
    assert.equal(words(['parser', 'week-numbers']), 'Waiting for parser and week-numbers');
    assert.equal(words([]), 'Waiting for a free agent');
    const [, , , blocked] = stateOf(taskFailed).tasks;
    assert.ok(blocked);
    assert.equal(taskStatusWords(blocked, [], 'moving').words, 'Blocked by parser');
  });

  it('does not say that something runs in a run that stands still', () => {
    assert.equal(taskStatusWords(parser, [], 'moving').words, 'Running');
    assert.equal(taskStatusWords(parser, [], 'interrupted').words, 'Interrupted');
    assert.equal(taskStatusWords(parser, [], 'ended').words, 'Stopped');
    assert.equal(taskStatusWords(tests, ['parser'], 'ended').words, 'Not started');
    assert.equal(taskStatusWords(moment, [], 'ended').words, 'Done');
  });
});

describe('a tool call', () => {
  const call: CallState = {
    callId: callId('c1'),
    providerId: 'p',
    name: 'run_command',
    title: 'run_command',
    status: 'started',
    summary: '',
  };

  it('has an unknown outcome when the run stopped in the middle of it', () => {
    assert.equal(callStatusWords(call, 'moving').words, 'running');
    assert.equal(callStatusWords(call, 'interrupted').words, 'outcome unknown');
    assert.equal(callStatusWords({ ...call, status: 'ok' }, 'ended').words, 'ok');
  });

  it('goes by the name of its tool until it has a title', () => {
    assert.equal(callTitle(call), 'Run command');
    assert.equal(callTitle({ ...call, title: 'Run npm test' }), 'Run npm test');
  });
});

describe('the decision on a file', () => {
  function file(...decisions: HunkDecision[]): ReviewedFile {
    const hunks = decisions.map((_, index) => ({
      id: `h${index}`,
      baseStart: 1,
      baseLines: 1,
      headStart: 1,
      headLines: 1,
    }));
    return ReviewedFile.parse({
      path: 'a.ts',
      status: 'modified',
      additions: 1,
      deletions: 1,
      binary: false,
      hunks,
      decisions: Object.fromEntries(decisions.map((each, index) => [`h${index}`, each])),
      whole: 'undecided',
    });
  }

  it('counts what is still open', () => {
    assert.equal(decisionWords(file('undecided')).words, 'Undecided');
    assert.equal(decisionWords(file('undecided', 'undecided')).words, 'Undecided 2 of 2');
    assert.equal(
      decisionWords(file('accepted', 'rejected', 'undecided')).words,
      'Undecided 1 of 3',
    );
  });

  it('is one word once every hunk is decided', () => {
    assert.equal(decisionWords(file('accepted', 'accepted')).words, 'Accepted');
    assert.equal(decisionWords(file('rejected')).words, 'Rejected');
    assert.equal(decisionWords(file('accepted', 'rejected')).words, 'Partly accepted');
  });

  it('says after apply what became of it', () => {
    assert.equal(appliedWords(file('accepted'), false).words, 'Applied');
    assert.equal(appliedWords(file('accepted', 'undecided'), false).words, 'Partly applied');
    assert.equal(appliedWords(file('rejected', 'undecided'), false).words, 'Not applied');
    assert.equal(appliedWords(file('accepted'), true).words, 'Reverted');
  });
});

describe('small words', () => {
  it('count', () => {
    assert.equal(count(1, 'task'), '1 task');
    assert.equal(count(1200, 'task'), '1,200 tasks');
  });

  it('list', () => {
    assert.equal(list(['a']), 'a');
    assert.equal(list(['a', 'b', 'c']), 'a, b and c');
    assert.equal(list(['a', 'b', 'c', 'd', 'e']), 'a, b and 3 more');
  });
});
