/** The checks of a plan that need no model: ids, dependencies, cycles, limits. */
import type { WorkIssue } from '../../shared/answers.ts';
import type { TaskId } from '../../shared/ids.ts';
import { ModelTier } from '../../shared/model-tier.ts';
import type { Plan } from '../../shared/plan.ts';
import type { PlanProblem } from '../../shared/plan-edit.ts';
import { closest } from './closest.ts';
import { findCycle } from './find-cycle.ts';

export type PlanCheckResult = { passed: boolean; issues: WorkIssue[]; feedback: string };

export function checkPlan(plan: Plan, limits: { maxTasks: number }): PlanCheckResult {
  const issues = planProblems(plan, limits).map(issueOf);
  const feedback =
    issues.length === 0
      ? ''
      : `The plan has ${issues.length === 1 ? 'a mistake' : `${issues.length} mistakes`} in its form. Correct it and call generate_plan again with the whole plan.`;
  return { passed: issues.length === 0, issues, feedback };
}

export function planProblems(plan: Plan, limits: { maxTasks: number }): PlacedProblem[] {
  const problems = [
    ...checkCount(plan, limits.maxTasks),
    ...checkIds(plan),
    ...checkDependencies(plan),
  ];
  // A cycle is looked for only in a graph whose edges are all known.
  return problems.length > 0 ? problems : checkCycle(plan);
}

/** @param known the ids of the provider's models */
export function taskModelProblems(
  { tasks }: Pick<Plan, 'tasks'>,
  known: readonly string[],
): PlacedProblem[] {
  return tasks.flatMap(({ id, model }) => {
    if (model === undefined || ModelTier.safeParse(model).success || known.includes(model)) {
      return [];
    }
    const names = [...ModelTier.options, ...known].join(', ');
    const message = `Task "${id}" has the model "${model}", which the provider does not offer. Known: ${names}.`;
    return [{ task: id, field: 'model', message }];
  });
}

type PlacedProblem = PlanProblem & { task?: TaskId };

function issueOf({ task, message }: PlacedProblem): WorkIssue {
  return { severity: 'critical', message, ...(task === undefined ? {} : { task_id: task }) };
}

function checkCount(plan: Plan, maxTasks: number): PlacedProblem[] {
  if (plan.tasks.length <= maxTasks) return [];
  const message = `The plan has ${plan.tasks.length} tasks; at most ${maxTasks} are allowed.`;
  return [{ field: 'tasks', message }];
}

/** Ids become lane folders, so two that differ in case alone are the same. */
function checkIds(plan: Plan): PlacedProblem[] {
  const seen = new Map<string, TaskId>();
  const problems: PlacedProblem[] = [];
  for (const { id } of plan.tasks) {
    const first = seen.get(id.toLowerCase());
    if (first !== undefined)
      problems.push({ task: id, field: 'id', message: `Two tasks have the id "${id}".` });
    seen.set(id.toLowerCase(), id);
  }
  return problems;
}

function checkDependencies(plan: Plan): PlacedProblem[] {
  const ids = plan.tasks.map((task) => task.id);
  const problems: PlacedProblem[] = [];
  for (const task of plan.tasks) {
    for (const dependency of task.dependencies) {
      const message = dependencyProblem(task.id, dependency, ids);
      if (message !== undefined) problems.push({ task: task.id, field: 'dependencies', message });
    }
  }
  return problems;
}

function dependencyProblem(
  id: TaskId,
  dependency: TaskId,
  ids: readonly TaskId[],
): string | undefined {
  if (dependency === id) return `Task "${id}" depends on itself.`;
  if (ids.includes(dependency)) return undefined;
  const near = closest(dependency, ids);
  const hint = near === undefined ? '' : ` Did you mean "${near}"?`;
  return `Task "${id}" depends on "${dependency}", which is not in the plan.${hint}`;
}

function checkCycle(plan: Plan): PlacedProblem[] {
  const cycle = findCycle(plan.tasks);
  const [first] = cycle ?? [];
  if (!cycle || first === undefined) return [];
  const message = `The tasks wait for each other in a circle: ${cycle.join(' → ')} → ${first}.`;
  return [{ task: first, field: 'dependencies', message }];
}
