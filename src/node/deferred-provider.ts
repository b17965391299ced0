/** A model that is opened when it is first asked: to apply and to revert takes no key. */
import type { ModelProvider } from '../engine/model-port.ts';
import type { Instruction } from '../shared/instruction.ts';
import { hasEnded, type RunState } from '../shared/run-state.ts';

/** True where carrying this out, and all that follows from it, asks no model. */
export function needsNoModel(state: RunState, instructions: readonly Instruction[]): boolean {
  const settled = state.status === 'reviewing' || hasEnded(state);
  return settled && instructions.every(({ do: what }) => modelFree.includes(what));
}

const modelFree: ReadonlyArray<Instruction['do']> = ['decide-change', 'apply', 'revert'];

export function deferredProvider(
  { provider: id, models: tiers }: RunState,
  open: () => Promise<ModelProvider>,
): ModelProvider {
  let opening: Promise<ModelProvider> | undefined;
  const opened = () => {
    opening ??= open();
    return opening;
  };
  return {
    id,
    tiers,
    listModels: async (signal) => (await opened()).listModels(signal),
    streamTurn: async (request, onText, signal) =>
      (await opened()).streamTurn(request, onText, signal),
  };
}
