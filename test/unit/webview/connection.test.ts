/** What the panel posts back, and what it keeps over a reload. */
import assert from 'node:assert/strict';
import { createPanel, type Panel } from '../../../src/webview/connection.ts';
import { eventsOf, stateOf } from '../../support/panel-preview/log-parts.ts';
import { approving, executing } from '../../support/panel-preview/run-log.ts';

type Harness = { panel: Panel; posted: unknown[]; kept(): unknown };

function open(stored?: unknown): Harness {
  const posted: unknown[] = [];
  let kept = stored;
  const panel = createPanel({
    postMessage: (message) => posted.push(message),
    getState: () => kept,
    setState: (state) => {
      kept = structuredClone(state);
    },
  });
  return { panel, posted, kept: () => kept };
}

function snapshot(run: unknown): unknown {
  const readiness = { kind: 'ready', provider: 'anthropic', folder: 'dates' };
  return { type: 'snapshot', readiness, runs: [], run };
}

const events = eventsOf(executing);

describe('the connection to the extension', () => {
  it('asks for a new snapshot once when it missed an event', () => {
    const { panel, posted } = open();
    panel.receive(snapshot(stateOf(approving)));
    panel.receive({ type: 'event', event: events[approving.length + 1] });
    panel.receive({ type: 'event', event: events[approving.length + 2] });
    assert.deepEqual(posted, [{ type: 'ready' }]);
  });

  it('shows a problem for a message that does not fit the protocol', () => {
    const { panel } = open();
    panel.receive({ type: 'snapshot', run: 7 });
    assert.equal(panel.getState().problems.length, 1);
  });

  it('sends the same decision once', () => {
    const { panel, posted } = open();
    const run = stateOf(approving);
    panel.receive(snapshot(run));
    panel.sendOnce('resume', { type: 'resume', runId: run.runId });
    panel.sendOnce('resume', { type: 'resume', runId: run.runId });
    assert.equal(posted.length, 1);
  });

  it('draws once for messages that come together', async () => {
    const { panel } = open();
    let drawn = 0;
    const drawing = new Promise<void>((resolve) => {
      panel.subscribe(() => {
        drawn += 1;
        resolve();
      });
    });
    panel.receive(snapshot(stateOf(approving)));
    panel.receive({ type: 'event', event: events[approving.length] });
    assert.equal(drawn, 0);
    await drawing;
    assert.equal(drawn, 1);
    assert.equal(panel.getState().run?.seq, approving.length + 1);
  });
});

describe('the composer', () => {
  it('is brought up with a text, and the run is left', () => {
    const { panel, posted } = open();
    panel.receive(snapshot(stateOf(approving)));
    panel.receive({ type: 'compose', task: 'Mend it' });
    assert.equal(panel.getState().run, undefined);
    assert.equal(panel.navigation.get().draft, 'Mend it');
    assert.deepEqual(posted, [{ type: 'select-run', runId: null }]);
  });

  it('keeps its words over a reload, until they became a run', () => {
    const first = open();
    first.panel.navigation.change({ draft: 'Mend it ' });
    const second = open(first.kept());
    assert.equal(second.panel.navigation.get().draft, 'Mend it ');

    second.panel.receive(snapshot(null));
    second.panel.act({ type: 'local:starting', task: 'Mend it' });
    second.panel.receive(snapshot({ ...stateOf(approving), request: 'Mend it' }));
    assert.equal(second.panel.navigation.get().draft, '');
  });

  it('keeps its words when the start failed', () => {
    const { panel } = open();
    panel.receive(snapshot(null));
    panel.navigation.change({ draft: 'Mend it' });
    panel.act({ type: 'local:starting', task: 'Mend it' });
    panel.receive({ type: 'problem', message: 'Git is missing.' });
    assert.equal(panel.navigation.get().draft, 'Mend it');
  });
});

describe('what was opened', () => {
  it('is as it was after a reload of the panel', () => {
    const first = open();
    first.panel.receive(snapshot(stateOf(approving)));
    first.panel.navigation.change({ open: { risks: false }, scroll: 240 });
    const second = open(first.kept());
    second.panel.receive(snapshot(stateOf(approving)));
    assert.deepEqual(second.panel.navigation.get().open, { risks: false });
    assert.equal(second.panel.navigation.get().scroll, 240);
  });

  it('belongs to its run', () => {
    const { panel } = open();
    panel.receive(snapshot(stateOf(approving)));
    panel.navigation.change({ draft: 'Next', open: { risks: false }, texts: { a: 'b' } });
    panel.receive(snapshot({ ...stateOf(approving), runId: 'another' }));
    assert.deepEqual(panel.navigation.get().open, {});
    assert.deepEqual(panel.navigation.get().texts, {});
    assert.equal(panel.navigation.get().draft, 'Next');
  });

  it('begins anew when what was stored is not understood', () => {
    for (const stored of [null, 'x', [], { draft: 7, open: { a: 'yes' }, scroll: -1 }]) {
      const { draft, open: opened, scroll } = open(stored).panel.navigation.get();
      assert.deepEqual({ draft, opened, scroll }, { draft: '', opened: {}, scroll: 0 });
    }
  });
});
