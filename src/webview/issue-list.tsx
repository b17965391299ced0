/** What a reviewer or checker found: severity in words, place, message and suggestion. */
import type { ReactNode } from 'react';
import type { Verdict } from '../shared/run-state.ts';
import { withKeys } from './unique-keys.ts';

type Issue = Verdict['issues'][number];

const severityWords: Record<Issue['severity'], string> = {
  critical: 'Critical',
  major: 'Major',
  minor: 'Minor',
  info: 'Note',
};

export function IssueList({ issues }: { issues: readonly Issue[] }): ReactNode {
  if (issues.length === 0) return null;
  return (
    <ul className="issues">
      {withKeys(issues, (issue) => issue.message).map(({ key, item: issue }) => (
        <li key={key} className={`issue issue-${issue.severity}`}>
          <p className="words">
            <strong>{severityWords[issue.severity]}</strong>
            {place(issue) !== undefined && (
              <>
                {' in '}
                <code>{place(issue)}</code>
              </>
            )}
            : {issue.message}
          </p>
          {issue.suggestion !== undefined && <p className="words hint">{issue.suggestion}</p>}
        </li>
      ))}
    </ul>
  );
}

function place(issue: Issue): string | undefined {
  if (!('file' in issue)) return 'task_id' in issue ? issue.task_id : undefined;
  return issue.line === undefined ? issue.file : `${issue.file}:${issue.line}`;
}
