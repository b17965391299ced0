/** Agents and who does what, as the orchestrator writes them: the input of `generate_specialized_agents`. */
import * as z from 'zod';
import { Limits } from './ceiling.ts';
import { TaskId } from './ids.ts';
import { Permission } from './plan.ts';

/** The tool groups that run in this version; a team that names another is refused. */
export const readingGroups = ['file_read', 'search', 'code_analysis', 'git_read'] as const;
export const writingGroups = ['file_write', 'terminal', 'package_manager', 'git_write'] as const;
export const ToolGroup = z.enum([...readingGroups, ...writingGroups]);
export type ToolGroup = z.infer<typeof ToolGroup>;

export const AgentName = z
  .string()
  .trim()
  .min(1)
  .max(60)
  .regex(/^[^\p{Cc}]+$/u, 'a name has no control characters');

export const AgentLimits = z.object({
  max_turns: z.number().int().positive().max(200).exactOptional(),
  ...Limits.shape,
});

export const Agent = z.object({
  name: AgentName,
  type: z.string().trim().min(1).max(80).describe('The specialization, in a few words.'),
  system_prompt: z
    .string()
    .trim()
    .min(1)
    .describe("The agent's standing instructions: its expertise, ways of working, limits."),
  skills: z.array(z.string()),
  tools: z
    .array(z.string().min(1))
    .describe(
      `Tool group names. Reading: ${readingGroups.join(', ')}. Writing: ${writingGroups.join(', ')}.`,
    ),
  model: z.string().min(1).describe('A model id of the provider, or smart, balanced or fast.'),
  permission: Permission.exactOptional().describe('Left out, it is that of the tasks.'),
  limits: AgentLimits.exactOptional(),
});

export const TaskAssignment = z.object({ agent: AgentName, tasks: z.array(TaskId).min(1) });

/** As written by the model: group names and models not yet resolved. */
export const TeamProposal = z.object({
  agents: z.array(Agent).min(1),
  task_assignments: z.array(TaskAssignment).min(1),
});
export type TeamProposal = z.infer<typeof TeamProposal>;

/** An agent as it will run: groups spelled out, the model an id of the provider, the permission set. */
export const TeamMember = Agent.extend({
  tools: z.array(ToolGroup),
  permission: Permission,
});
export type TeamMember = z.infer<typeof TeamMember>;

export const Team = z.object({
  agents: z.array(TeamMember),
  task_assignments: z.array(TaskAssignment),
});
export type Team = z.infer<typeof Team>;

export function agentOf(team: Team, taskId: TaskId): TeamMember | undefined {
  const assignment = team.task_assignments.find((each) => each.tasks.includes(taskId));
  return team.agents.find((agent) => agent.name === assignment?.agent);
}
