/** Where a task is described, and why it could not be started now. */
import { type KeyboardEvent, type ReactNode, useEffect, useId, useRef, useState } from 'react';
import type { Intent, Readiness } from '../shared/protocol.ts';
import { Button } from './button.tsx';
import { restingPlaceId } from './focus.ts';
import { Mark } from './mark.tsx';
import { useDraft, usePanel } from './panel-hooks.ts';
import { isDemo, obstacleOf, providerWords } from './readiness-words.ts';
import { demoLabel } from './words.ts';

type ComposerProps = {
  readiness: Readiness;
  starting: boolean;
  /** Changes when the cursor should come here. */
  calls: number;
};

export function Composer({ readiness, starting, calls }: ComposerProps): ReactNode {
  const panel = usePanel();
  const [draft, setDraft] = useDraft();
  const [missing, setMissing] = useState(false);
  const textbox = useRef<HTMLTextAreaElement>(null);
  const hintId = useId();
  const obstacle = obstacleOf(readiness);

  useEffect(() => {
    if (calls > 0) textbox.current?.focus();
  }, [calls]);

  const start = (): void => {
    const task = draft.trim();
    if (obstacle !== undefined || starting) return;
    setMissing(task === '');
    if (task === '') {
      textbox.current?.focus();
      return;
    }
    panel.act({ type: 'local:starting', task });
    panel.send({ type: 'start', task });
  };
  const onKeyDown = (event: KeyboardEvent): void => {
    if (event.key !== 'Enter' || !(event.ctrlKey || event.metaKey)) return;
    event.preventDefault();
    start();
  };

  return (
    <div className="composer">
      <h1 id={restingPlaceId} tabIndex={-1} className="composer-heading">
        What should the team do?
      </h1>
      <textarea
        ref={textbox}
        className="input composer-input"
        aria-label="Task"
        aria-describedby={hintId}
        aria-invalid={missing || undefined}
        placeholder="Describe the work: what should be different when it is done, and what must stay as it is."
        rows={5}
        value={draft}
        onChange={(event) => {
          setDraft(event.target.value);
          setMissing(false);
        }}
        onKeyDown={onKeyDown}
      />
      <div id={hintId} className="composer-hint" role="status">
        <ComposerHint obstacle={obstacle?.reason} missing={missing} readiness={readiness} />
      </div>
      <div className="actions">
        <Button
          kind={obstacle === undefined ? 'primary' : 'secondary'}
          unavailable={obstacle !== undefined || starting}
          describedBy={hintId}
          title="Ctrl+Enter or Cmd+Enter"
          onPress={start}
        >
          Orchestrate
        </Button>
        {obstacle?.wayOut && <WayOut wayOut={obstacle.wayOut} />}
      </div>
      {starting && (
        <p className="hint" role="status">
          Starting…
        </p>
      )}
    </div>
  );
}

function WayOut({ wayOut }: { wayOut: { words: string; intent: Intent } }): ReactNode {
  const panel = usePanel();
  return (
    <Button kind="primary" onPress={() => panel.send(wayOut.intent)}>
      {wayOut.words}
    </Button>
  );
}

type ComposerHintProps = { obstacle: string | undefined; missing: boolean; readiness: Readiness };

function ComposerHint({ obstacle, missing, readiness }: ComposerHintProps): ReactNode {
  if (obstacle !== undefined) {
    return (
      <div className="notice notice-warning">
        <Mark name="person" />
        <p className="words">{obstacle}</p>
      </div>
    );
  }
  if (missing) {
    return (
      <div className="notice notice-error">
        <Mark name="failed" />
        <p className="words">Describe the task first. Nothing was started.</p>
      </div>
    );
  }
  return (
    <>
      {isDemo(readiness) && <p className="badge">{demoLabel}</p>}
      <p className="hint">{providerWords(readiness)}</p>
      {readiness.kind === 'ready' && readiness.noSandbox !== undefined && (
        <p className="hint">Commands have no sandbox here: {readiness.noSandbox}</p>
      )}
    </>
  );
}
