/** The panel's state as messages come in, in order and out of it. */
import assert from 'node:assert/strict';
import { PanelMessage } from '../../../src/shared/protocol.ts';
import {
  initialPanelState,
  type PanelAction,
  type PanelState,
  panelReducer,
} from '../../../src/webview/store.ts';
import { answer, eventsOf, runId, stateOf } from '../../support/panel-preview/log-parts.ts';
import { approving, executing } from '../../support/panel-preview/run-log.ts';

const events = eventsOf(executing);

function fold(state: PanelState, ...actions: PanelAction[]): PanelState {
  return actions.reduce(panelReducer, state);
}

function snapshot(run: unknown): PanelMessage {
  const readiness = { kind: 'ready', provider: 'anthropic', folder: 'dates' };
  return PanelMessage.parse({ type: 'snapshot', readiness, runs: [], run });
}

function eventNumber(seq: number): PanelMessage {
  return { type: 'event', event: events[seq - 1] };
}

function text(offset: number, words: string, of: string = runId): PanelMessage {
  return PanelMessage.parse({
    type: 'text',
    runId: of,
    turnId: 'w-week/2',
    conversationId: 'w-week',
    offset,
    text: words,
  });
}

const shown = fold(initialPanelState, snapshot(stateOf(approving)));
const next = approving.length + 1;

describe('the state of the panel', () => {
  it('comes to what the log folds to, from a snapshot and the events after it', () => {
    const rest = events.slice(approving.length).map((_, index) => eventNumber(next + index));
    assert.deepEqual(fold(shown, ...rest).run, stateOf(executing));
  });

  it('begins a run from its first event', () => {
    const state = fold(initialPanelState, snapshot(null), eventNumber(1), eventNumber(2));
    assert.equal(state.run?.seq, 2);
  });

  it('takes an event once', () => {
    const once = fold(shown, eventNumber(next));
    assert.equal(fold(once, eventNumber(next)), once);
  });

  it('is behind after a gap, changes nothing more, and is up to date with the next snapshot', () => {
    const behind = fold(shown, eventNumber(next + 1));
    assert.equal(behind.behind, true);
    assert.equal(behind.run, shown.run);
    assert.equal(fold(behind, snapshot(stateOf(executing))).behind, false);
  });

  it('is behind after a known event that does not fit its schema', () => {
    const event = { ...events[approving.length], decision: 'yes' };
    assert.equal(fold(shown, { type: 'event', event }).behind, true);
  });

  it('counts an event of a later version and skips it', () => {
    const event = { ...events[approving.length], v: 2 };
    const after = fold(shown, { type: 'event', event });
    assert.equal(after.run?.seq, next);
    assert.equal(after.run?.approved, false);
    assert.equal(after.behind, false);
  });

  it('leaves out events of a run that is not shown', () => {
    const event = { ...events[approving.length], runId: 'another' };
    assert.equal(fold(shown, { type: 'event', event }), shown);
    const composing = fold(shown, { type: 'local:compose' });
    assert.equal(fold(composing, eventNumber(next)), composing);
  });
});

describe('streamed text', () => {
  const running = fold(initialPanelState, snapshot(stateOf(executing)));

  it('is kept until its turn is answered', () => {
    const speaking = fold(running, text(0, 'Now the '), text(8, 'week.'));
    assert.deepEqual(
      [...speaking.live.values()].map((each) => each.text),
      ['Now the week.'],
    );
    const answered = eventsOf([...executing, answer('w-week', 2)]).at(-1);
    assert.equal(fold(speaking, { type: 'event', event: answered }).live.size, 0);
  });

  it('of another run is not kept', () => {
    assert.equal(fold(running, text(0, 'Now', 'another')), running);
  });

  it('outlives a snapshot of the same run while its turn is in flight', () => {
    const speaking = fold(running, text(0, 'Now'));
    assert.equal(fold(speaking, snapshot(stateOf(executing))).live.size, 1);
    assert.equal(fold(speaking, snapshot(stateOf(approving))).live.size, 0);
    assert.equal(fold(speaking, snapshot(null)).live.size, 0);
  });
});

describe('what the person pressed', () => {
  const pressed = fold(shown, { type: 'local:sent', key: 'plan-1' });

  it('counts as sent until the run moves on', () => {
    assert.ok(pressed.sent.has('plan-1'));
    const decided = fold(pressed, eventNumber(next));
    assert.ok(decided.sent.has('plan-1'));
    assert.equal(fold(decided, eventNumber(next + 1)).sent.size, 0);
  });

  it('can be pressed again after a problem', () => {
    const state = fold(pressed, { type: 'problem', message: 'The storage is full.' });
    assert.equal(state.sent.size, 0);
    assert.equal(state.problems.length, 1);
  });

  it('starts a run once, until its run is there or it failed', () => {
    const starting = fold(initialPanelState, snapshot(null), {
      type: 'local:starting',
      task: 'Mend it',
    });
    assert.equal(fold(starting, snapshot(null)).starting, 'Mend it');
    assert.equal(fold(starting, snapshot(stateOf(approving))).starting, undefined);
    assert.equal(fold(starting, { type: 'problem', message: 'No.' }).starting, undefined);
  });
});

describe('an edit that was sent', () => {
  const saving = fold(shown, { type: 'local:sent', key: 'edit:plan-1' });
  const result = (problems: unknown[], of: string = runId) =>
    PanelMessage.parse({ type: 'edit-result', runId: of, subject: 'plan-1', problems });
  const problem = { task: 'parser', field: 'title', message: 'No.' };

  it('is under way until its result is there, also when the edited plan comes first', () => {
    assert.ok(fold(saving, { type: 'event', event: editedEvent() }).sent.has('edit:plan-1'));
    const saved = fold(saving, result([]));
    assert.equal(saved.sent.size, 0);
    assert.deepEqual(saved.editResult, { subject: 'plan-1', saved: true, problems: [] });
    assert.equal(fold(saved, { type: 'local:edit-settled' }).editResult, undefined);
  });

  it('keeps its problems until it is sent again', () => {
    const refused = fold(saving, result([problem]));
    assert.deepEqual(refused.editResult?.problems, [problem]);
    assert.equal(refused.editResult.saved, false);
    assert.equal(fold(refused, snapshot(stateOf(executing))).editResult, refused.editResult);
    const again = fold(refused, { type: 'local:sent', key: 'edit:plan-1' });
    assert.equal(again.editResult, undefined);
  });

  it('of another run is none of this panel, and neither are its models', () => {
    assert.equal(fold(saving, result([problem], 'another')), saving);
    const models = PanelMessage.parse({ type: 'models', runId: 'another', ids: ['m'] });
    assert.equal(fold(shown, models), shown);
    const own = PanelMessage.parse({ type: 'models', runId, ids: ['m'] });
    assert.deepEqual(fold(shown, own).models, ['m']);
    assert.deepEqual(fold(shown, own, snapshot(null)).models, []);
  });

  function editedEvent(): unknown {
    const { plan, team } = shown.run ?? {};
    return {
      v: 1,
      seq: next,
      at: '2025-11-22T14:30:00.000Z',
      runId,
      type: 'plan:edited',
      approvalId: 'plan-1',
      version: 1,
      plan: plan?.plan,
      team: team?.team,
      hash: 'f'.repeat(64),
      by: 'you',
    };
  }
});

describe('problems', () => {
  it('stand once for the same words, and go when they are dismissed', () => {
    const problem: PanelMessage = { type: 'problem', message: 'The storage is full.' };
    const state = fold(shown, problem, problem, { type: 'problem', message: 'Another.' });
    assert.deepEqual(
      state.problems.map((each) => each.message),
      ['The storage is full.', 'Another.'],
    );
    const [first] = state.problems;
    assert.ok(first);
    const rest = fold(state, { type: 'local:dismiss', id: first.id });
    assert.deepEqual(
      rest.problems.map((each) => each.message),
      ['Another.'],
    );
  });

  it('say so when a message cannot be understood', () => {
    const state = fold(shown, { type: 'local:not-understood' });
    assert.match(state.problems[0]?.message ?? '', /Reload the window/);
  });
});

describe('fetched results', () => {
  it('are kept by hash, the oldest let go first', () => {
    const many = Array.from({ length: 80 }, (_, index) =>
      PanelMessage.parse({
        type: 'body',
        ref: { hash: index.toString(16).padStart(64, '0'), bytes: 1 },
        text: String(index),
      }),
    );
    const { bodies } = fold(shown, ...many);
    assert.equal(bodies.size, 60);
    assert.equal([...bodies.values()].at(-1), '79');
  });
});
