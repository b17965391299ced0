/** Prints the plan and team of a run for editing, and hands an edited one in. */
import * as z from 'zod';
import type { ModelProvider } from '../engine/model-port.ts';
import { editRefused, planEditInstruction } from '../engine/run/edit-instruction.ts';
import type { Instruction } from '../shared/instruction.ts';
import { MusterError } from '../shared/muster-error.ts';
import type { RunState } from '../shared/run-state.ts';
import type { RunFlags } from './arguments.ts';
import { exitCodes } from './exit-codes.ts';
import { parseRunId, readText } from './inputs.ts';
import { requireOpen } from './instructions.ts';
import { openHost } from './open-host.ts';
import type { Printer } from './printer.ts';

/** What `muster plan` prints; `muster edit` takes it back, and refuses it when `hash` is no longer current. */
const PlanFile = z.object({
  hash: z.string().exactOptional(),
  plan: z.unknown(),
  team: z.unknown(),
});

export async function printPlan(id: string, flags: RunFlags, printer: Printer): Promise<number> {
  const host = await openHost(flags, printer);
  try {
    const { plan, team, status } = await host.state(parseRunId(id));
    if (!plan || !team) {
      throw new MusterError(
        'wrong-decision',
        `Run ${id} is ${status}; it has no plan with a team yet.`,
      );
    }
    const file = { hash: team.hash, plan: plan.plan, team: team.team };
    if (flags.json) printer.json(file);
    else printer.say(JSON.stringify(file, null, 2));
    return exitCodes.done;
  } finally {
    await host.close();
  }
}

/** @throws MusterError `wrong-decision` with every problem, one a line; then nothing is recorded */
export async function planEdit(
  state: RunState,
  path: string,
  model: ModelProvider,
): Promise<Instruction> {
  const approval = requireOpen(state, 'plan');
  const file = parsePlanFile(path, await readText(path));
  const { plan, team, hash: basedOn = approval.hash ?? '' } = file;
  const { approvalId } = approval;
  const edit = { approvalId, edit: { plan, team, basedOn } };
  // Ctrl+C ends the process here: nothing is under way yet.
  const { signal } = new AbortController();
  const checked = await planEditInstruction(state, edit, { model, signal });
  if (!checked.ok) throw editRefused('plan', checked.problems);
  return checked.instruction;
}

function parsePlanFile(path: string, text: string): z.infer<typeof PlanFile> {
  try {
    return PlanFile.parse(JSON.parse(text));
  } catch (cause) {
    throw new MusterError(
      'bad-input',
      `${path} must hold a JSON object with plan and team, as muster plan RUN prints it.`,
      { cause },
    );
  }
}
