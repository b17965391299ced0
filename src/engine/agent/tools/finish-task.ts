/** finish_task: the only way in which an agent ends a task. */
import * as z from 'zod';
import { defineTool } from '../tool.ts';

const FinishInput = z.object({
  summary: z
    .string()
    .trim()
    .min(1)
    .describe('What you changed and how you verified it, for the reviewers and for later tasks.'),
  notes: z.string().exactOptional().describe('What was left open, or what the person should know.'),
});

export const finishTask = defineTool({
  name: 'finish_task',
  description:
    'Declares the task finished and hands your changes to review. Call it alone, as the last call, when the acceptance criteria are met or you have said what cannot be met.',
  schema: FinishInput,
  title: () => 'Finish the task',
  async run(input) {
    const content = input.notes ? `${input.summary}\n${input.notes}` : input.summary;
    return { ok: true, summary: 'Handed in for review', content, ends: true };
  },
});
