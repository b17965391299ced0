/** One file of the change set: its path opens the diff, its buttons decide it as a whole. */
import { memo, type ReactNode } from 'react';
import {
  fileDecision,
  type HunkDecision,
  isNameAlone,
  lacksOwnYes,
  type ReviewedFile,
  shownPath,
} from '../shared/changes.ts';
import { encodingWords, fileStatus, hunkWords } from '../shared/file-state.ts';
import { showHidden } from '../shared/hidden-characters.ts';
import { hiddenWords } from '../shared/hidden-words.ts';
import type { RunId } from '../shared/ids.ts';
import { protectionWords } from '../shared/protected-files.ts';
import { undividedWords } from '../shared/undivided.ts';
import { Button } from './button.tsx';
import { Status } from './mark.tsx';
import { usePanel } from './panel-hooks.ts';
import { appliedWords, decisionWords, fileStatusWords } from './words.ts';

type ChangedFileProps = {
  runId: RunId;
  file: ReviewedFile;
  canDecide: boolean;
  applied: boolean;
  reverted: boolean;
};

export const ChangedFile = memo(function ChangedFile(props: ChangedFileProps): ReactNode {
  const { runId, file, canDecide, applied, reverted } = props;
  const panel = usePanel();
  const { path, renamedFrom } = file;
  const shown = showHidden(shownPath(file));
  const decision = fileDecision(file);
  const asks = lacksOwnYes(file);
  const decide = (to: HunkDecision): void =>
    panel.send({
      type: 'decide',
      runId,
      path,
      decision: to,
      ...(asks && to === 'accepted' ? { confirmed: true } : {}),
    });
  return (
    <li className="file">
      <button
        type="button"
        className="file-path"
        title={`Open the diff of ${shown}`}
        aria-label={shown}
        onClick={() => panel.send({ type: 'review', runId, path })}
      >
        {renamedFrom !== undefined && (
          <>
            <FilePath path={showHidden(renamedFrom)} />
            <span className="file-arrow">→</span>
          </>
        )}
        <FilePath path={showHidden(path)} />
      </button>
      <div className="file-line">
        <span>{fileStatusWords[fileStatus(file)]}</span>
        {encodingWords(file).map((words) => (
          <span key={words}>{words}</span>
        ))}
        {file.hunks.length > 1 && <span>{hunkWords(file)}</span>}
        <LineCounts file={file} />
        <Status status={applied ? appliedWords(file, reverted) : decisionWords(file)} />
        {file.edited && <span>edited by you</span>}
        {canDecide && file.unseen && <span>new since you looked</span>}
        {canDecide && (
          <div className="file-actions">
            {decision !== 'accepted' && (
              <Button
                kind="quiet"
                label={asks ? `Accept the protected file ${shown}` : `Accept ${shown}`}
                onPress={() => decide('accepted')}
              >
                {asks ? 'Accept protected' : 'Accept'}
              </Button>
            )}
            {decision !== 'rejected' && (
              <Button kind="quiet" label={`Reject ${shown}`} onPress={() => decide('rejected')}>
                Reject
              </Button>
            )}
            {decision !== 'undecided' && (
              <Button
                kind="quiet"
                label={`Undo the decisions on ${shown}`}
                onPress={() => decide('undecided')}
              >
                Undo
              </Button>
            )}
            <Button
              kind="quiet"
              label={`Request changes to ${shown}`}
              title="Say what should be different; it goes to the agent that wrote this"
              onPress={() => panel.send({ type: 'request-file-changes', runId, path })}
            >
              Send back
            </Button>
          </div>
        )}
      </div>
      <HiddenNote file={file} />
      {file.undivided && <p className="hint">Whole file: {undividedWords[file.undivided]}.</p>}
      {file.protected && (
        <p className="hint">
          Protected: {protectionWords[file.protected]}.
          {canDecide && asks && ' Nothing but its own button accepts it.'}
        </p>
      )}
    </li>
  );
});

function HiddenNote({ file }: { file: ReviewedFile }): ReactNode {
  const words = hiddenWords(file);
  return words === undefined ? null : <p className="hint">{words}</p>;
}

/** The folder gives way where there is no room for both. */
function FilePath({ path }: { path: string }): ReactNode {
  const cut = path.lastIndexOf('/') + 1;
  return (
    <span className="file-side">
      {cut > 0 && <span className="file-folder">{path.slice(0, cut)}</span>}
      <span className="file-name">{path.slice(cut)}</span>
    </span>
  );
}

function LineCounts({ file }: { file: ReviewedFile }): ReactNode {
  if (file.undivided) return null;
  if (file.binary) return <span>binary</span>;
  if (isNameAlone(file)) return <span>same text</span>;
  return (
    <span className="line-counts">
      <span className="added">+{file.additions}</span>{' '}
      <span className="removed">−{file.deletions}</span>
    </span>
  );
}
