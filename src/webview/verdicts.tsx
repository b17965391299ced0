/** How reviews of a task went, with what they found. */
import type { ReactNode } from 'react';
import type { Verdict } from '../shared/run-state.ts';
import { ClampedText } from './clamped-text.tsx';
import { Disclosure } from './disclosure.tsx';
import { IssueList } from './issue-list.tsx';
import { Status } from './mark.tsx';
import { type StatusWords, verdictWords } from './words.ts';

type VerdictsProps = {
  /** Where the panel remembers what is open. */
  name: string;
  verdicts: readonly Verdict[];
  openAtFirst: boolean;
};

export function Verdicts({ name, verdicts, openAtFirst }: VerdictsProps): ReactNode {
  if (verdicts.length === 0) return null;
  return (
    <ul className="verdicts" aria-label="Reviews">
      {verdicts.map((verdict) => (
        <li key={`${verdict.reviewer}-${verdict.round}`}>
          <VerdictRow
            name={`verdict:${name}:${verdict.reviewer}:${verdict.round}:${openAtFirst}`}
            verdict={verdict}
            status={verdictWords(verdict)}
            openAtFirst={openAtFirst}
          />
        </li>
      ))}
    </ul>
  );
}

type VerdictRowProps = {
  name: string;
  verdict: Verdict;
  status: StatusWords;
  openAtFirst: boolean;
};

function VerdictRow({ name, verdict, status, openAtFirst }: VerdictRowProps): ReactNode {
  const { issues, summary } = verdict;
  return (
    <Disclosure name={name} openAtFirst={openAtFirst} summary={<Status status={status} />}>
      {summary !== '' && (
        <ClampedText name={`${name}:summary`} text={summary} what="review" maxCharacters={400} />
      )}
      <IssueList issues={issues} />
    </Disclosure>
  );
}
