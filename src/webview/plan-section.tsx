/** The plan: what will be different, its tasks and what waits for what, and how its checks went. */
import { memo, type ReactNode, useMemo } from 'react';
import type { PlanCheck, RunState } from '../shared/run-state.ts';
import { ClampedText } from './clamped-text.tsx';
import { Disclosure } from './disclosure.tsx';
import { EditButton } from './edit-button.tsx';
import { IssueList } from './issue-list.tsx';
import { Status } from './mark.tsx';
import { type PlanLevel, planLevels } from './plan-levels.ts';
import { PlanTask } from './plan-task.tsx';
import { PointList } from './point-list.tsx';
import { FoldingRegion } from './region.tsx';
import { withKeys } from './unique-keys.ts';
import { count } from './words.ts';

type PlanSectionProps = {
  run: RunState;
  plan: NonNullable<RunState['plan']>;
  openAtFirst: boolean;
  /** Present while the plan may be edited. */
  onEdit?: () => void;
};

export function PlanSection(props: PlanSectionProps) {
  const { run, openAtFirst, onEdit } = props;
  const { version, plan, editedBy } = props.plan;
  const checks = run.checks.filter((check) => check.version === version);
  return (
    <FoldingRegion
      name="Plan"
      memory={openAtFirst ? 'plan' : 'plan-approved'}
      openAtFirst={openAtFirst}
      aside={`${count(plan.tasks.length, 'task')}${version > 1 ? `, version ${version}` : ''}`}
    >
      {onEdit && <EditButton label="Edit plan" onPress={onEdit} />}
      {editedBy !== undefined && (
        <p className="hint">
          Edited by {editedBy}. The rules hold for it as it is; the logic checker saw it before.
        </p>
      )}
      <ClampedText
        name={`plan-summary:${version}`}
        text={plan.summary}
        what="summary"
        maxCharacters={400}
        maxLines={8}
      />
      <Points name="assumptions" title="Assumptions" points={plan.assumptions} />
      <Points name="risks" title="Risks" points={plan.risks} />
      <PlanTasks plan={plan} />
      {checks.map((check) => (
        <Check key={check.by} check={check} />
      ))}
    </FoldingRegion>
  );
}

const shownPoints = 3;
const shownCharacters = 280;

function Points(props: { name: string; title: string; points: readonly string[] }): ReactNode {
  const { name, title, points } = props;
  if (points.length === 0) return null;
  const short = points.length <= shownPoints && points.join('').length <= shownCharacters;
  return (
    <Disclosure name={name} openAtFirst={short} summary={`${title} (${points.length})`}>
      <PointList points={points} />
    </Disclosure>
  );
}

const PlanTasks = memo(function PlanTasks({ plan }: { plan: { tasks: PlanLevel['tasks'] } }) {
  const levels = useMemo(() => planLevels(plan.tasks), [plan.tasks]);
  return (
    <ol className="levels" aria-label="Tasks of the plan">
      {withKeys(levels, namesIn).map(({ key, item: level }, index) => (
        <li key={key}>
          <h3 className="level-heading">{levelWords(level, index, levels.length)}</h3>
          <ul className="plan-tasks">
            {withKeys(level.tasks, (task) => task.id).map(({ key: taskKey, item: task }) => (
              <PlanTask key={taskKey} task={task} />
            ))}
          </ul>
        </li>
      ))}
    </ol>
  );
});

function namesIn(level: PlanLevel): string {
  return level.tasks.map((task) => task.id).join(' ');
}

function levelWords(level: PlanLevel, index: number, total: number): string {
  const together = level.tasks.length > 1 ? ', side by side' : '';
  switch (level.kind) {
    case 'at-once':
      return `First${together}`;
    case 'after':
      return `${index === total - 1 ? 'Last' : 'Then'}${together}`;
    case 'never':
      return 'Wait for each other, so none can start';
  }
}

function Check({ check }: { check: PlanCheck }): ReactNode {
  const by = check.by === 'rules' ? 'Rules' : 'Logic checker';
  const status = check.passed
    ? ({ mark: 'done', words: `${by}: passed` } as const)
    : ({ mark: 'failed', words: `${by}: did not pass` } as const);
  if (check.issues.length === 0 && check.feedback === '') {
    return (
      <p className="check">
        <Status status={status} />
      </p>
    );
  }
  return (
    <Disclosure
      name={`check:${check.version}:${check.by}`}
      openAtFirst={!check.passed}
      className="check"
      summary={<Status status={status} />}
    >
      <IssueList issues={check.issues} />
      {check.feedback !== '' && <p className="words">{check.feedback}</p>}
    </Disclosure>
  );
}
