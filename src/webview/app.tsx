/** The panel as a whole: the composer, or one run with what needs the person first. */
import { type ReactNode, useEffect, useRef } from 'react';
import { Composer } from './composer.tsx';
import { usePanel, usePanelState } from './panel-hooks.ts';
import { Problems } from './problems.tsx';
import { RunView } from './run-view.tsx';
import { RunsSection } from './runs-section.tsx';

export function App(): ReactNode {
  const state = usePanelState();
  const { readiness, run, runs } = state;
  useKeptScroll(readiness !== undefined);
  return (
    <main className="panel" aria-busy={readiness === undefined}>
      <Problems problems={state.problems} />
      {readiness !== undefined &&
        (run ? (
          <RunView key={run.runId} run={run} live={state.live} elsewhere={state.elsewhere} />
        ) : (
          <Composer
            readiness={readiness}
            starting={state.starting !== undefined}
            calls={state.compose.times}
          />
        ))}
      {readiness !== undefined && <RunsSection runs={runs} selected={run?.runId} />}
    </main>
  );
}

const scrollSaveMs = 200;

/** Brings the person back to where they were once there is something to scroll. */
function useKeptScroll(drawn: boolean): void {
  const { navigation } = usePanel();
  const restored = useRef(false);
  useEffect(() => {
    if (!drawn || restored.current) return;
    restored.current = true;
    window.scrollTo(0, navigation.get().scroll);
  }, [drawn, navigation]);
  useEffect(() => {
    let timer: ReturnType<typeof setTimeout> | undefined;
    const later = (): void => {
      timer ??= setTimeout(() => {
        timer = undefined;
        if (restored.current) navigation.change({ scroll: window.scrollY });
      }, scrollSaveMs);
    };
    window.addEventListener('scroll', later, { passive: true });
    return () => {
      clearTimeout(timer);
      window.removeEventListener('scroll', later);
    };
  }, [navigation]);
}
