/** One tool call in one line; its result is fetched when it is opened. */
import { memo, type ReactNode, useEffect } from 'react';
import type { BodyRef } from '../shared/ids.ts';
import type { CallState } from '../shared/run-state.ts';
import { Disclosure } from './disclosure.tsx';
import { Status } from './mark.tsx';
import { usePanel, usePanelState } from './panel-hooks.ts';
import { callStatusWords, callTitle, count, type RunMotion } from './words.ts';

type CallRowProps = { call: CallState; motion: RunMotion };

export const CallRow = memo(function CallRow({ call, motion }: CallRowProps): ReactNode {
  const status = callStatusWords(call, motion);
  return (
    <li className="call">
      <Disclosure
        name={`call:${call.callId}`}
        summary={
          <span className="call-line">
            <span className="call-title" title={callTitle(call)}>
              {callTitle(call)}
            </span>
            <Status status={status} />
          </span>
        }
      >
        {call.summary !== '' && call.summary !== call.title && (
          <p className="words">{call.summary}</p>
        )}
        {call.content ? (
          <Body body={call.content} />
        ) : (
          <p className="hint">There is no result yet.</p>
        )}
      </Disclosure>
    </li>
  );
});

/** Characters drawn of a result: a page of millions would stall the panel. */
const shownCharacters = 30_000;

function Body({ body }: { body: BodyRef }): ReactNode {
  const panel = usePanel();
  const { run, bodies } = usePanelState();
  const text = bodies.get(body.hash);
  const runId = run?.runId;
  const missing = text === undefined;
  useEffect(() => {
    if (missing && runId) panel.send({ type: 'body', runId, ref: body });
  }, [panel, missing, runId, body]);
  if (text === undefined) return <p className="hint">Fetching the result…</p>;
  if (text === '') return <p className="hint">The result is empty.</p>;
  const cut = text.length - shownCharacters;
  return (
    <>
      <pre className="text-body">{text.slice(0, shownCharacters)}</pre>
      {cut > 0 && <p className="hint">{count(cut, 'more character')} not shown here.</p>}
    </>
  );
}
