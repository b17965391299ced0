/** What went wrong outside the run's log, until the person dismisses it. */
import type { ReactNode } from 'react';
import { Button } from './button.tsx';
import { Mark } from './mark.tsx';
import { usePanel } from './panel-hooks.ts';
import type { Problem } from './store.ts';

export function Problems({ problems }: { problems: readonly Problem[] }): ReactNode {
  const panel = usePanel();
  if (problems.length === 0) return null;
  return (
    <div className="problems">
      {problems.map(({ id, message }) => (
        <div key={id} role="alert" className="notice notice-error">
          <Mark name="failed" />
          <p className="words">{message}</p>
          <Button
            kind="quiet"
            label="Dismiss this message"
            onPress={() => panel.act({ type: 'local:dismiss', id })}
          >
            Dismiss
          </Button>
        </div>
      ))}
    </div>
  );
}
