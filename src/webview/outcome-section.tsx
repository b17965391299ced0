/** What came of the run in words: an answer, an error with the way on, a rejection. */
import type { ReactNode } from 'react';
import type { Intent } from '../shared/protocol.ts';
import { type ConversationState, canRevert, type RunState } from '../shared/run-state.ts';
import { Button } from './button.tsx';
import { outcomeFigures } from './economy-figures.ts';
import { liveTextOf } from './live-text.ts';
import { Mark } from './mark.tsx';
import { usePanel, useSent } from './panel-hooks.ts';
import { Region } from './region.tsx';
import type { Live } from './run-view.tsx';
import { count } from './words.ts';

type OutcomeSectionProps = {
  run: RunState;
  steps: readonly ConversationState[];
  live: Live;
};

export function OutcomeSection({ run, steps, live }: OutcomeSectionProps): ReactNode {
  const answer = run.results ?? answerSoFar(steps, live);
  return (
    <>
      {run.error && run.status === 'failed' && <Failure run={run} error={run.error} />}
      {answer !== '' && (
        <Region name="Result">
          <p className="words result">{answer}</p>
        </Region>
      )}
      {run.totals && <p className="hint outcome-figures">{outcomeFigures(run).join(' · ')}</p>}
      {(canRevert(run) || run.reverted) && <Applied run={run} />}
    </>
  );
}

/** What was applied can be taken back, as far as nobody changed it since. */
function Applied({ run }: { run: RunState }): ReactNode {
  const panel = usePanel();
  const reverting = useSent('revert');
  const { runId, reverted } = run;
  return (
    <Region name="Outcome">
      {reverted && (
        <div className={`notice ${reverted.left.length > 0 ? 'notice-warning' : 'notice-info'}`}>
          <Mark name={reverted.left.length > 0 ? 'partly' : 'done'} />
          <div>
            <p>{revertedWords(reverted)}</p>
            <ul className="points">
              {reverted.left.map(({ path, reason }) => (
                <li key={path} className="words">
                  <code>{path}</code>: {reason}
                </li>
              ))}
            </ul>
          </div>
        </div>
      )}
      {canRevert(run) && (
        <div className="actions">
          <Button
            title="Takes back what was applied; what you changed since is kept"
            unavailable={reverting}
            onPress={() => panel.sendOnce('revert', { type: 'revert', runId })}
          >
            {reverted ? 'Revert the rest' : 'Revert run'}
          </Button>
        </div>
      )}
    </Region>
  );
}

function revertedWords({ files, left }: NonNullable<RunState['reverted']>): string {
  const done = `Reverted ${count(files.length, 'file')}.`;
  if (left.length === 0) return done;
  return `${done} ${count(left.length, 'file')} could not be:`;
}

function answerSoFar(steps: readonly ConversationState[], live: Live): string {
  const conversation = steps.findLast((each) => each.purpose.kind === 'answer');
  if (!conversation) return '';
  return liveTextOf(live, conversation) || (conversation.turns.at(-1)?.text ?? '');
}

function Failure({ run, error }: { run: RunState; error: { code: string; message: string } }) {
  const panel = usePanel();
  const wayOn = waysOn[error.code];
  return (
    <Region name="Error">
      <div className="notice notice-error">
        <Mark name="failed" />
        <p className="words">{error.message}</p>
      </div>
      <div className="actions">
        {wayOn && (
          <Button kind="primary" onPress={() => panel.send(wayOn.intent)}>
            {wayOn.words}
          </Button>
        )}
        <Button
          title="Back to the composer, with this request in it"
          onPress={() => panel.act({ type: 'local:compose', task: run.request })}
        >
          Edit and try again
        </Button>
        <Button onPress={() => panel.send({ type: 'show-log' })}>Show Log</Button>
      </div>
    </Region>
  );
}

const waysOn: Partial<Record<string, { words: string; intent: Intent }>> = {
  'model-auth': { words: 'Set API Key', intent: { type: 'set-key' } },
  'model-unreachable': { words: 'Open Settings', intent: { type: 'open-settings' } },
  'model-refused': { words: 'Open Settings', intent: { type: 'open-settings' } },
  'no-folder': { words: 'Open Folder', intent: { type: 'open-folder' } },
  untrusted: { words: 'Manage Trust', intent: { type: 'manage-trust' } },
};
