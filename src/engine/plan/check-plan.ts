/** The checks of a plan that need no model: ids, dependencies, cycles, limits. */
import type { WorkIssue } from '../../shared/answers.ts';
import type { TaskId } from '../../shared/ids.ts';
import type { Plan } from '../../shared/plan.ts';
import { closest } from './closest.ts';
import { findCycle } from './find-cycle.ts';

export type PlanCheckResult = { passed: boolean; issues: WorkIssue[]; feedback: string };

export function checkPlan(plan: Plan, limits: { maxTasks: number }): PlanCheckResult {
  const issues = [
    ...checkCount(plan, limits.maxTasks),
    ...checkIds(plan),
    ...checkDependencies(plan),
  ];
  // A cycle is looked for only in a graph whose edges are all known.
  if (issues.length === 0) issues.push(...checkCycle(plan));
  const feedback =
    issues.length === 0
      ? ''
      : `The plan has ${issues.length === 1 ? 'a mistake' : `${issues.length} mistakes`} in its form. Correct it and call generate_plan again with the whole plan.`;
  return { passed: issues.length === 0, issues, feedback };
}

function checkCount(plan: Plan, maxTasks: number): WorkIssue[] {
  if (plan.tasks.length <= maxTasks) return [];
  return [critical(`The plan has ${plan.tasks.length} tasks; at most ${maxTasks} are allowed.`)];
}

/** Ids become lane folders, so two that differ in case alone are the same. */
function checkIds(plan: Plan): WorkIssue[] {
  const seen = new Map<string, TaskId>();
  const issues: WorkIssue[] = [];
  for (const { id } of plan.tasks) {
    const first = seen.get(id.toLowerCase());
    if (first !== undefined) issues.push(critical(`Two tasks have the id "${id}".`, id));
    seen.set(id.toLowerCase(), id);
  }
  return issues;
}

function checkDependencies(plan: Plan): WorkIssue[] {
  const ids = plan.tasks.map((task) => task.id);
  const issues: WorkIssue[] = [];
  for (const task of plan.tasks) {
    for (const dependency of task.dependencies) {
      if (dependency === task.id) {
        issues.push(critical(`Task "${task.id}" depends on itself.`, task.id));
      } else if (!ids.includes(dependency)) {
        const near = closest(dependency, ids);
        const hint = near === undefined ? '' : ` Did you mean "${near}"?`;
        issues.push(
          critical(
            `Task "${task.id}" depends on "${dependency}", which is not in the plan.${hint}`,
            task.id,
          ),
        );
      }
    }
  }
  return issues;
}

function checkCycle(plan: Plan): WorkIssue[] {
  const cycle = findCycle(plan.tasks);
  const [first] = cycle ?? [];
  if (!cycle || first === undefined) return [];
  return [
    critical(`The tasks wait for each other in a circle: ${cycle.join(' → ')} → ${first}.`, first),
  ];
}

function critical(message: string, taskId?: TaskId): WorkIssue {
  return taskId === undefined
    ? { severity: 'critical', message }
    : { severity: 'critical', task_id: taskId, message };
}
