/** The files of the change set: in one list, or under the task and agent that wrote each. */
import type { ReactNode } from 'react';
import type { ReviewedFile } from '../shared/changes.ts';
import { groupByAuthor } from '../shared/group-by-author.ts';
import type { RunState } from '../shared/run-state.ts';
import { Button } from './button.tsx';
import { ChangedFile } from './changed-file.tsx';
import { useOpen } from './panel-hooks.ts';
import { Parts } from './parts.tsx';
import { count } from './words.ts';

type ChangeListProps = { run: RunState; canDecide: boolean };

export function ChangeList({ run, canDecide }: ChangeListProps): ReactNode {
  const [byTask, toggle] = useOpen('changes-by-task', false);
  const files = run.changes?.files ?? [];
  return (
    <>
      <div className="change-totals">
        <span>
          <Totals files={files} />
        </span>
        {files.length > 1 && (
          <Button kind="quiet" onPress={toggle}>
            {byTask ? 'Group by file' : 'Group by task'}
          </Button>
        )}
      </div>
      {byTask ? (
        groupByAuthor(run).map(({ id, title, agent, files: own }) => (
          <section key={id} aria-label={title}>
            <h3 className="change-group">
              {title}
              <Parts parts={[agent, count(own.length, 'file')]} />
            </h3>
            <Files run={run} files={own} canDecide={canDecide} />
          </section>
        ))
      ) : (
        <Files run={run} files={files} canDecide={canDecide} />
      )}
    </>
  );
}

type FilesProps = ChangeListProps & { files: readonly ReviewedFile[] };

function Files({ run, files, canDecide }: FilesProps): ReactNode {
  return (
    <ul className="files" aria-label="Changed files">
      {files.map((file) => (
        <ChangedFile
          key={file.path}
          runId={run.runId}
          file={file}
          canDecide={canDecide}
          applied={run.applied !== undefined}
          reverted={run.reverted?.files.includes(file.path) ?? false}
        />
      ))}
    </ul>
  );
}

function Totals({ files }: { files: readonly ReviewedFile[] }): ReactNode {
  const sum = (of: (file: ReviewedFile) => number) =>
    files.reduce((total, file) => total + of(file), 0);
  return (
    <>
      {count(
        sum((file) => Math.max(1, file.hunks.length)),
        'change',
      )}
      <Parts parts={[`+${sum((file) => file.additions)} −${sum((file) => file.deletions)}`]} />
    </>
  );
}
