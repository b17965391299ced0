/** One task of the plan, with its acceptance criteria when opened. */
import type { ReactNode } from 'react';
import type { Task } from '../shared/plan.ts';
import { Disclosure } from './disclosure.tsx';
import { Parts } from './parts.tsx';
import { PointList } from './point-list.tsx';
import { withKeys } from './unique-keys.ts';
import { limitWords, list, permissionWords } from './words.ts';

export function PlanTask({ task }: { task: Task }): ReactNode {
  return (
    <li className="plan-task">
      <Disclosure
        name={`plan-task:${task.id}`}
        summary={
          <>
            <span className="task-title">{task.title}</span>
            {task.dependencies.length > 0 && (
              <span className="task-line">After {list(task.dependencies, 6)}</span>
            )}
            <span className="task-line">
              <code className="part">{task.id}</code>
              <Parts
                parts={[
                  `priority ${task.priority}`,
                  permissionWords(task.permission).toLowerCase(),
                ]}
              />
            </span>
          </>
        }
      >
        <TaskDetail task={task} />
      </Disclosure>
    </li>
  );
}

export function TaskDetail({ task }: { task: Task }): ReactNode {
  return (
    <dl className="detail">
      <dt>What to do</dt>
      <dd className="words">{task.description}</dd>
      <dt>Done when</dt>
      <dd>
        <PointList points={task.acceptance_criteria} />
      </dd>
      <dt>Specialist</dt>
      <dd>{task.specialization}</dd>
      {task.files && task.files.length > 0 && (
        <>
          <dt>Files</dt>
          <dd>
            <ul className="paths">
              {withKeys(task.files, (file) => file).map(({ key, item: file }) => (
                <li key={key}>
                  <code>{file}</code>
                </li>
              ))}
            </ul>
          </dd>
        </>
      )}
      {task.model !== undefined && (
        <>
          <dt>Model</dt>
          <dd>{task.model}</dd>
        </>
      )}
      {limitWords(task.limits) !== '' && (
        <>
          <dt>At most</dt>
          <dd>{limitWords(task.limits)}</dd>
        </>
      )}
    </dl>
  );
}
