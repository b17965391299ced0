/** What the panel keeps by itself over a reload: where the person was, and what they had typed. */

export type Navigation = {
  /** The words in the composer. */
  draft: string;
  /** The run that the rest is about. */
  runId: string | undefined;
  /** What the person opened or closed, by key; the rest stands as the panel chose. */
  open: Readonly<Record<string, boolean>>;
  /** Unsent words, by key. */
  texts: Readonly<Record<string, string>>;
  scroll: number;
};

export const startOfNavigation: Navigation = {
  draft: '',
  runId: undefined,
  open: {},
  texts: {},
  scroll: 0,
};

export type NavigationStore = {
  get(): Navigation;
  change(part: Partial<Navigation>): void;
  subscribe(listener: () => void): () => void;
};

/** @param save keeps a value over a reload of the panel */
export function createNavigation(
  stored: unknown,
  save: (navigation: Navigation) => void,
): NavigationStore {
  let current = parseNavigation(stored);
  const listeners = new Set<() => void>();
  return {
    get: () => current,
    change(part) {
      current = { ...current, ...part };
      save(current);
      for (const listener of listeners) listener();
    },
    subscribe(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
}

/** The draft stays; everything else belongs to the run that was left. */
export function forRun(navigation: Navigation, runId: string | undefined): Navigation {
  if (navigation.runId === runId) return navigation;
  return { ...startOfNavigation, draft: navigation.draft, runId };
}

/** What another version stored, or nothing, is no error: the panel then begins anew. */
export function parseNavigation(stored: unknown): Navigation {
  if (!isRecord(stored)) return startOfNavigation;
  const { draft, runId, open, texts, scroll } = stored;
  return {
    draft: typeof draft === 'string' ? draft : '',
    runId: typeof runId === 'string' ? runId : undefined,
    open: recordOf(open, (value): value is boolean => typeof value === 'boolean'),
    texts: recordOf(texts, (value): value is string => typeof value === 'string'),
    scroll: typeof scroll === 'number' && scroll >= 0 ? scroll : 0,
  };
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function recordOf<T>(value: unknown, fits: (each: unknown) => each is T): Record<string, T> {
  if (!isRecord(value)) return {};
  const record: Record<string, T> = {};
  for (const [key, each] of Object.entries(value)) if (fits(each)) record[key] = each;
  return record;
}
