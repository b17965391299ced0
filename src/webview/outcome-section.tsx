/** What came of the run in words: an answer, an error with the way on, a rejection. */
import type { ReactNode } from 'react';
import type { Intent } from '../shared/protocol.ts';
import type { ConversationState, RunState } from '../shared/run-state.ts';
import { Button } from './button.tsx';
import { outcomeFigures } from './economy-figures.ts';
import { liveTextOf } from './live-text.ts';
import { Mark } from './mark.tsx';
import { usePanel } from './panel-hooks.ts';
import { Region } from './region.tsx';
import type { Live } from './run-view.tsx';

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
      {run.totals && <p className="hint">{outcomeFigures(run).join(' · ')}</p>}
    </>
  );
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
