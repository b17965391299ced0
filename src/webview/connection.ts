/** The panel's end of the protocol: parses what the extension posts, folds it, and posts intents. */
import { type Intent, PanelMessage } from '../shared/protocol.ts';
import { createNavigation, forRun, type NavigationStore } from './navigation.ts';
import {
  initialPanelState,
  type LocalAction,
  type PanelAction,
  type PanelState,
  panelReducer,
} from './store.ts';

/** What VS Code gives a webview, once. */
export type VsCodeApi = {
  postMessage(message: unknown): void;
  getState(): unknown;
  setState(state: unknown): void;
};

export type Panel = {
  getState(): PanelState;
  subscribe(listener: () => void): () => void;
  act(action: LocalAction): void;
  send(intent: Intent): void;
  /** Sends once: `key` counts as sent until the extension answers. */
  sendOnce(key: string, intent: Intent): void;
  receive(message: unknown): void;
  navigation: NavigationStore;
};

/** Messages that come within one frame are drawn together. */
const frameMs = 16;

export function createPanel(api: VsCodeApi): Panel {
  let state = initialPanelState;
  let drawTimer: ReturnType<typeof setTimeout> | undefined;
  const listeners = new Set<() => void>();
  const navigation = createNavigation(api.getState(), (kept) => api.setState(kept));

  const draw = (): void => {
    clearTimeout(drawTimer);
    drawTimer = undefined;
    for (const listener of listeners) listener();
  };
  const fold = (action: PanelAction): void => {
    const before = state;
    state = panelReducer(before, action);
    followUp(before, state, { send, navigation });
  };
  const send = (intent: Intent): void => api.postMessage(intent);

  return {
    navigation,
    send,
    getState: () => state,
    subscribe(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    act(action) {
      fold(action);
      draw();
    },
    sendOnce(key, intent) {
      if (state.sent.has(key)) return;
      send(intent);
      fold({ type: 'local:sent', key });
      draw();
    },
    receive(message) {
      const parsed = PanelMessage.safeParse(message);
      fold(parsed.success ? parsed.data : { type: 'local:not-understood' });
      drawTimer ??= setTimeout(draw, frameMs);
    },
  };
}

function followUp(
  before: PanelState,
  after: PanelState,
  { send, navigation }: Pick<Panel, 'send' | 'navigation'>,
): void {
  if (after.behind && !before.behind) send({ type: 'ready' });
  if (after.compose !== before.compose) {
    if (before.run !== undefined) send({ type: 'select-run', runId: null });
    if (after.compose.task !== undefined) navigation.change({ draft: after.compose.task });
  }
  const begun = before.starting !== undefined && before.starting === after.run?.request.trim();
  if (begun) navigation.change({ draft: '' });
  if (after.run?.runId === before.run?.runId) return;
  const moved = forRun(navigation.get(), after.run?.runId);
  // At the first snapshot after a reload this is the run that was left, and nothing is lost.
  if (moved !== navigation.get()) navigation.change(moved);
}
