/** One task as it runs: its status in words, what its agents do, and what it was sent back for. */
import { memo, type ReactNode } from 'react';
import type { ConversationState, TaskState } from '../shared/run-state.ts';
import { Activity, AllCalls } from './activity.tsx';
import { Button } from './button.tsx';
import { Disclosure } from './disclosure.tsx';
import { Mark, Status } from './mark.tsx';
import { useOpen, usePanel } from './panel-hooks.ts';
import { Parts } from './parts.tsx';
import { TaskDetail } from './plan-task.tsx';
import { TaskEditForm } from './task-edit-form.tsx';
import { Verdicts } from './verdicts.tsx';
import { type RunMotion, taskStatusWords } from './words.ts';

type TaskRowProps = {
  task: TaskState;
  /** Ids of the tasks that this one waits for, one a line. */
  unmet: string;
  agent: string | undefined;
  /** Names of the team, one a line. */
  agents: string;
  maxAttempts: number;
  motion: RunMotion;
  conversations: readonly ConversationState[];
  /** What the model is saying now. */
  said: string;
};

export const TaskRow = memo(function TaskRow(props: TaskRowProps): ReactNode {
  const { task, agent, conversations, motion } = props;
  const unmet = props.unmet === '' ? [] : props.unmet.split('\n');
  const status = taskStatusWords(task, unmet, motion);
  const { id } = task.task;
  const active = isActive(task) && motion !== 'ended';
  const sentBack = sentBackFor(task);
  const others = task.verdicts.filter((verdict) => !sentBack.includes(verdict));
  return (
    <li className={`task-row task-${status.mark}`}>
      <Disclosure
        name={`task:${id}`}
        summary={
          <>
            <span className="task-title">{task.task.title}</span>
            <span className="task-line">
              <Status status={status} />
              <Parts parts={[attemptWords(task, props.maxAttempts), agent]} />
            </span>
          </>
        }
      >
        <TaskDetail task={task.task} />
        {task.status === 'waiting' && motion !== 'ended' && <TaskActions {...props} />}
        <Verdicts name={id} verdicts={others} openAtFirst={false} />
        {!active && <AllCalls name={`task:${id}`} conversations={conversations} motion={motion} />}
      </Disclosure>
      <div className="task-activity">
        {task.error !== undefined && (
          <div className="notice notice-error">
            <Mark name="failed" />
            <p className="words">{task.error}</p>
          </div>
        )}
        {task.status !== 'waiting' && motion !== 'ended' && <TaskActions {...props} />}
        {active && (
          <Activity
            name={`task:${id}`}
            conversations={conversations}
            motion={motion}
            said={props.said}
            quiet={task.status === 'waiting-for-you'}
          />
        )}
        <Verdicts name={id} verdicts={sentBack} openAtFirst />
      </div>
    </li>
  );
});

/** What the person can do about a task that failed or has not begun. */
function TaskActions({ task, agent = '', agents }: TaskRowProps): ReactNode {
  const panel = usePanel();
  const [editing, toggleEditing] = useOpen(`task-edit:${task.task.id}`, false);
  const runId = panel.getState().run?.runId;
  const { id: taskId, title } = task.task;
  if (runId === undefined || !['failed', 'blocked', 'waiting'].includes(task.status)) return null;
  if (editing) {
    const team = agents.split('\n');
    return <TaskEditForm task={task} agent={agent} agents={team} onClose={toggleEditing} />;
  }
  return (
    <div className="actions">
      {task.status === 'failed' && (
        <Button
          label={`Retry ${title}`}
          onPress={() => panel.send({ type: 'retry-task', runId, taskId })}
        >
          Retry
        </Button>
      )}
      <Button label={`Edit ${title}`} onPress={toggleEditing}>
        Edit
      </Button>
      {task.status !== 'waiting' && (
        <Button
          label={`Skip ${title}`}
          title="What depends on it goes on without it"
          onPress={() => panel.send({ type: 'skip-task', runId, taskId })}
        >
          Skip
        </Button>
      )}
    </div>
  );
}

function isActive(task: TaskState): boolean {
  return !['waiting', 'done', 'failed', 'blocked', 'skipped'].includes(task.status);
}

/** What did not pass in the latest round, while that still matters. */
function sentBackFor({ status, verdicts }: TaskState): TaskState['verdicts'] {
  if (status === 'done' || status === 'merging') return [];
  const latest = verdicts.at(-1)?.round;
  return verdicts.filter((verdict) => verdict.round === latest && !verdict.passed);
}

function attemptWords(task: TaskState, maxAttempts: number): string {
  if (task.attempt === 0 || (task.attempt === 1 && task.status === 'done')) return '';
  const attempt = `attempt ${task.attempt} of ${maxAttempts}`;
  return task.conflicts > 0 ? `${attempt}, after a merge conflict` : attempt;
}
