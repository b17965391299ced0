/** The checks of a plan and team that the person edited: none needs a model, and each says which field is meant. */
import * as z from 'zod';
import type { ModelTier } from '../../shared/model-tier.ts';
import { Plan } from '../../shared/plan.ts';
import type { PlanEdit, PlanProblem } from '../../shared/plan-edit.ts';
import { Team } from '../../shared/team.ts';
import { checkTeam } from '../team/check-team.ts';
import { planProblems, taskModelProblems } from './check-plan.ts';

export type CheckedEdit =
  | { ok: true; plan: Plan; team: Team }
  | { ok: false; problems: PlanProblem[] };

export type EditFacts = {
  limits: { maxTasks: number };
  models: { tiers: Record<ModelTier, string>; known: readonly string[] };
};

export function checkEdit(
  edit: Pick<PlanEdit, 'plan' | 'team'>,
  { limits, models }: EditFacts,
): CheckedEdit {
  const plan = Plan.safeParse(edit.plan);
  const team = Team.safeParse(edit.team);
  if (!plan.success || !team.success) {
    const problems = [
      ...schemaProblems(plan.error, edit.plan, placeInPlan),
      ...schemaProblems(team.error, edit.team, placeInTeam),
    ];
    return { ok: false, problems };
  }
  const problems: PlanProblem[] = [
    ...planProblems(plan.data, limits),
    ...taskModelProblems(plan.data, models.known),
  ];
  const checked = checkTeam(team.data, plan.data, models);
  if (!checked.ok) problems.push(...checked.problems);
  if (problems.length > 0 || !checked.ok) return { ok: false, problems };
  return { ok: true, plan: plan.data, team: checked.team };
}

type Path = readonly PropertyKey[];
type Place = Pick<PlanProblem, 'task' | 'agent' | 'field'>;

/** @param placeOf where a path into `input` leads, in the person's words */
export function schemaProblems(
  error: z.ZodError | undefined,
  input: unknown,
  placeOf: (input: unknown, path: Path) => Place,
): PlanProblem[] {
  return (error?.issues ?? []).map((issue) => {
    const place = placeOf(input, issue.path);
    return { ...place, message: `${ownerWords(place)}${wordsOf(issue)}` };
  });
}

function ownerWords({ task, agent, field }: Place): string {
  const owner =
    task !== undefined ? `Task "${task}"` : agent !== undefined ? `Agent "${agent}"` : 'The plan';
  return field === undefined ? `${owner}: ` : `${owner}, ${field.replaceAll('_', ' ')}: `;
}

function wordsOf(issue: z.core.$ZodIssue): string {
  if (issue.code === 'too_small' && issue.origin === 'string') return 'this must not be empty.';
  if (issue.code === 'too_small' && issue.origin === 'array') return 'at least one is needed.';
  if (issue.code === 'too_big' && issue.origin === 'string') {
    return `at most ${issue.maximum} characters are taken.`;
  }
  return `${issue.message}.`;
}

function placeInPlan(plan: unknown, path: Path): Place {
  const [list, index, field] = path;
  if (list !== 'tasks' || typeof index !== 'number') return fieldOf(list);
  return { task: textAt(plan, ['tasks', index, 'id']), ...fieldOf(field) };
}

function placeInTeam(team: unknown, path: Path): Place {
  const [list, index, field, inside] = path;
  if (list === 'agents' && typeof index === 'number') {
    const name = textAt(team, ['agents', index, 'name']);
    return { agent: name, ...fieldOf(field === 'limits' ? (inside ?? field) : field) };
  }
  if (list !== 'task_assignments' || typeof index !== 'number') return fieldOf(list);
  return { agent: textAt(team, ['task_assignments', index, 'agent']), field: 'tasks' };
}

function fieldOf(key: PropertyKey | undefined): Pick<Place, 'field'> {
  return key === undefined ? {} : { field: String(key) };
}

function textAt(value: unknown, path: Path): string {
  let at = value;
  for (const key of path) {
    const container = z.record(z.string(), z.unknown()).or(z.array(z.unknown())).safeParse(at);
    at = container.success ? Reflect.get(container.data, key) : undefined;
  }
  return typeof at === 'string' ? at : '';
}
