/** How components reach the panel: its state, what was opened, unsent words, and the clock. */
import {
  createContext,
  useCallback,
  useContext,
  useEffect,
  useState,
  useSyncExternalStore,
} from 'react';
import type { Panel } from './connection.ts';
import type { PanelState } from './store.ts';

export const PanelContext = createContext<Panel | undefined>(undefined);

export function usePanel(): Panel {
  const panel = useContext(PanelContext);
  if (panel === undefined) throw new Error('A component stands outside the panel');
  return panel;
}

export function usePanelState(): PanelState {
  const panel = usePanel();
  return useSyncExternalStore(panel.subscribe, panel.getState);
}

/** Whether an intent was sent and nothing has answered it yet. */
export function useSent(key: string): boolean {
  const panel = usePanel();
  return useSyncExternalStore(panel.subscribe, () => panel.getState().sent.has(key));
}

/** Whether something is open: as the person left it, else `standard`. */
export function useOpen(key: string, standard: boolean): [boolean, () => void] {
  const { navigation } = usePanel();
  const open = useSyncExternalStore(
    navigation.subscribe,
    () => navigation.get().open[key] ?? standard,
  );
  const toggle = useCallback(
    () => navigation.change({ open: { ...navigation.get().open, [key]: !open } }),
    [navigation, key, open],
  );
  return [open, toggle];
}

/** Words that are typed and not sent; undefined until something was typed. */
export function useText(key: string): [string | undefined, (text: string) => void] {
  const { navigation } = usePanel();
  const text = useSyncExternalStore(navigation.subscribe, () => navigation.get().texts[key]);
  const change = useCallback(
    (value: string) => navigation.change({ texts: { ...navigation.get().texts, [key]: value } }),
    [navigation, key],
  );
  return [text, change];
}

export function useDraft(): [string, (draft: string) => void] {
  const { navigation } = usePanel();
  const draft = useSyncExternalStore(navigation.subscribe, () => navigation.get().draft);
  const change = useCallback((value: string) => navigation.change({ draft: value }), [navigation]);
  return [draft, change];
}

/** Milliseconds since 1970, drawn anew every `everyMs`, or standing still when undefined. */
export function useNow(everyMs: number | undefined): number {
  const [now, setNow] = useState(() => Date.now());
  useEffect(() => {
    if (everyMs === undefined) return;
    setNow(Date.now());
    const timer = setInterval(() => setNow(Date.now()), everyMs);
    return () => clearInterval(timer);
  }, [everyMs]);
  return now;
}
