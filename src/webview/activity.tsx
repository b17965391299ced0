/** What is going on in some conversations: the last tool calls, and the words that come in. */
import { type ReactNode, useMemo } from 'react';
import type { CallState, ConversationState } from '../shared/run-state.ts';
import { addUsage, noUsage } from '../shared/usage.ts';
import { CallRow } from './call-row.tsx';
import { callsOf, underWay } from './conversation-groups.ts';
import { Disclosure } from './disclosure.tsx';
import { allTokens, formatCount, formatTime } from './figures.ts';
import { useOpen } from './panel-hooks.ts';
import { count, list, type RunMotion } from './words.ts';

type CallsProps = {
  /** Where the panel remembers what is open. */
  name: string;
  conversations: readonly ConversationState[];
  motion: RunMotion;
};

type ActivityProps = CallsProps & {
  /** What the model is saying now. */
  said: string;
  /** True while nothing can be said, because the person is waited for. */
  quiet: boolean;
};

const lastCalls = 3;
/** As many stand open at once. */
const fewCalls = 5;

/** Of something that is under way: what happened last, and the rest on request. */
export function Activity(props: ActivityProps): ReactNode {
  const { name, conversations, motion, quiet } = props;
  const [all, toggleAll] = useOpen(`calls:${name}`, false);
  const calls = useMemo(() => callsOf(conversations), [conversations]);
  const shown = all ? calls : calls.slice(-lastCalls);
  const speaking = !quiet && motion === 'moving' ? underWay(conversations) : undefined;
  return (
    <div className="activity">
      {calls.length > lastCalls && (
        <button type="button" className="link" aria-expanded={all} onClick={toggleAll}>
          {all ? 'Show the last tool calls' : `Show all ${count(calls.length, 'tool call')}`}
        </button>
      )}
      <CallList calls={shown} motion={motion} />
      {speaking && <Speech conversation={speaking} said={props.said} />}
    </div>
  );
}

/** Of something that has ended: what it took, and every call on request. */
export function AllCalls({ name, conversations, motion }: CallsProps): ReactNode {
  const calls = useMemo(() => callsOf(conversations), [conversations]);
  if (conversations.length === 0) return null;
  return (
    <>
      <p className="hint">{spentWords(conversations)}</p>
      {calls.length > fewCalls ? (
        <Disclosure name={`all-calls:${name}`} summary={`Tool calls (${calls.length})`}>
          <CallList calls={calls} motion={motion} />
        </Disclosure>
      ) : (
        <CallList calls={calls} motion={motion} />
      )}
    </>
  );
}

function CallList(props: { calls: readonly CallState[]; motion: RunMotion }): ReactNode {
  if (props.calls.length === 0) return null;
  return (
    <ul className="calls" aria-label="Tool calls">
      {props.calls.map((call) => (
        <CallRow key={call.callId} call={call} motion={props.motion} />
      ))}
    </ul>
  );
}

function spentWords(conversations: readonly ConversationState[]): string {
  const usage = conversations.map((each) => each.usage).reduce(addUsage, noUsage);
  const turns = conversations.reduce((sum, each) => sum + each.turns.length, 0);
  const models = [...new Set(conversations.map((each) => each.model))];
  return `${count(turns, 'request')} to ${list(models)}, ${formatCount(allTokens(usage))} tokens`;
}

/** The end of what is said, at a height that does not change with every word. */
function Speech(props: { conversation: ConversationState; said: string }): ReactNode {
  const { conversation, said } = props;
  const words = said.trim() || (conversation.turns.at(-1)?.text ?? '').trim();
  return (
    <div className="speech">
      <p className="speech-who">
        {speakerName(conversation)}
        {conversation.inFlight === undefined ? ' is at work' : ' is thinking'}
      </p>
      {conversation.trouble && (
        <p className="hint">
          {conversation.trouble.message}
          {conversation.trouble.until !== undefined &&
            ` Goes on at ${formatTime(conversation.trouble.until)}.`}
        </p>
      )}
      {words !== '' && (
        <div className="speech-words">
          <div className="speech-end">
            <p className="words">{words.slice(-600)}</p>
          </div>
        </div>
      )}
    </div>
  );
}

function speakerName({ agent }: ConversationState): string {
  return agent.charAt(0).toUpperCase() + agent.slice(1);
}
