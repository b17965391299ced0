/** What an event changes in the tables that can be queried: pure, and the one place that knows. */
import type { RunEvent } from '../../shared/events.ts';
import { conversationProjections } from './project-conversations.ts';
import { planProjections } from './project-plan.ts';
import { runProjections } from './project-run.ts';
import { taskProjections } from './project-tasks.ts';
import type { Change, Projections } from './projection.ts';

/** Raised whenever an event is projected differently; the tables are then rebuilt from the log. */
export const projectionVersion = 2;

/** Emptied before the log is projected anew; `runs` keeps its rows. */
export const projectedTables = [
  'plans',
  'agents',
  'tasks',
  'attempts',
  'reviews',
  'approvals',
  'sessions',
  'messages',
  'tool_calls',
  'usage',
] as const;

const projections: Projections = {
  ...runProjections,
  ...planProjections,
  ...taskProjections,
  ...conversationProjections,
};

/** `eventVersion`, without loading the schemas. */
export const projectedEventVersion: number = 1;

/** In the order in which they are to be made; none for an event that is of no table or not known. */
export function project(event: RunEvent): Change[] {
  const { type } = event;
  if (event.v !== projectedEventVersion || !Object.hasOwn(projections, type)) return [];
  // The table is typed by event; TypeScript cannot follow a type that is looked up.
  const changes = projections[type] as ((event: RunEvent) => Change[]) | undefined;
  return changes?.(event) ?? [];
}
