/** A model provider that plays a script inside the process: a demonstration, not AI. */
import { setTimeout as wait } from 'node:timers/promises';
import type { ModelInfo, ModelProvider, TurnAnswer, TurnRequest } from '../../engine/model-port.ts';
import { MusterError } from '../../shared/muster-error.ts';
import type { Usage } from '../../shared/usage.ts';
import {
  estimateTokens,
  type Fault,
  piecesOf,
  type Script,
  type Step,
  stepFor,
  stopOf,
} from './script.ts';

/** More than any step of a script says. */
const mostOutputTokens = 4_000;

const demoTiers = { smart: 'demo-smart', balanced: 'demo-balanced', fast: 'demo-fast' };

/** How long an answer takes whose step does not say. */
const usualDelayMs = 800;

export type ScriptedProviderOptions = {
  /** The setting's word for it. */
  id?: string;
  tiers?: ModelProvider['tiers'];
  /** Factor on every delay; 0 answers at once, without a timer. */
  pace?: number;
};

export function createScriptedProvider(
  script: Script,
  { id = 'demo', tiers = demoTiers, pace = 1 }: ScriptedProviderOptions = {},
): ModelProvider {
  const models: ModelInfo[] = Object.entries(tiers).map(([tier, model]) => ({
    id: model,
    displayName: `Scripted demonstration (not AI): ${tier}`,
  }));
  return {
    id,
    tiers,
    usualMaxOutputTokens: mostOutputTokens,
    async listModels(signal) {
      signal.throwIfAborted();
      return models;
    },
    async streamTurn(request, onText, signal) {
      signal.throwIfAborted();
      if (!models.some((model) => model.id === request.model)) {
        throw new MusterError(
          'model-refused',
          `The scripted demonstration has no model '${request.model}'. Nothing was sent anywhere. Choose one of ${models.map((model) => model.id).join(', ')}.`,
        );
      }
      const turn = request.messages.filter((message) => message.role === 'assistant').length;
      const found = stepFor(script, request.conversationId, turn);
      if ('missing' in found) throw new MusterError('model-refused', unplayable(found.missing));
      return play(found.step, { request, turn, pace, onText, signal });
    },
  };
}

type Playing = {
  request: TurnRequest;
  turn: number;
  pace: number;
  onText: (text: string) => void;
  signal: AbortSignal;
};

async function play(step: Step, playing: Playing): Promise<TurnAnswer> {
  const { request, turn, pace, onText, signal } = playing;
  const text = wordsOf(step, request);
  const pieces = piecesOf(text);
  // A fault with `times` is one that a retry gets over, and there is nobody here to retry.
  const fault = step.fault && step.fault.times === undefined ? step.fault : undefined;
  if (fault && 'status' in fault) throw faultError(fault);
  const pauseMs = ((step.delayMs ?? usualDelayMs) * pace) / (pieces.length + 1);
  for (const piece of fault ? pieces.slice(0, pieces.length / 2) : pieces) {
    await pause(pauseMs, signal);
    onText(piece);
  }
  await pause(pauseMs, signal);
  if (fault && 'hang' in fault) await untilAborted(signal);
  if (fault) throw faultError(fault);
  const calls = (step.calls ?? []).map((call, index) => ({
    providerId: `call_${request.conversationId}_${turn}_${index}`.replaceAll(/[^\w-]/g, '_'),
    name: call.name,
    input: structuredClone(call.input),
  }));
  return {
    content: [
      ...(text ? [{ type: 'text', text }] : []),
      ...calls.map((call) => ({
        type: 'tool_use',
        id: call.providerId,
        name: call.name,
        input: structuredClone(call.input),
      })),
    ],
    text,
    calls,
    stop: stopOf(step),
    usage: usageOf(step, request, text),
    model: step.model ?? request.model,
  };
}

/** Where tools are offered, thinking is the progress that a person follows; else only the answer is shown. */
function wordsOf(step: Step, request: TurnRequest): string {
  const parts = request.tools.length > 0 ? [step.thinking, step.text] : [step.text];
  return parts.filter((part) => part !== undefined && part !== '').join('\n\n');
}

function usageOf(step: Step, request: TurnRequest, text: string): Usage {
  return {
    input: estimateTokens(JSON.stringify([request.system, request.tools, request.messages])),
    output: estimateTokens(text + JSON.stringify(step.calls ?? '')),
    cacheRead: 0,
    cacheWrite: 0,
    ...definedCounters(step.usage ?? {}),
  };
}

function definedCounters(counters: NonNullable<Step['usage']>): Partial<Usage> {
  return Object.fromEntries(Object.entries(counters).filter(([, count]) => count !== undefined));
}

async function pause(ms: number, signal: AbortSignal): Promise<void> {
  signal.throwIfAborted();
  if (ms <= 0) return;
  try {
    await wait(ms, undefined, { signal });
  } catch (error) {
    signal.throwIfAborted();
    throw error;
  }
}

function untilAborted(signal: AbortSignal): Promise<never> {
  return new Promise((_resolve, reject) => {
    if (signal.aborted) reject(signal.reason);
    else signal.addEventListener('abort', () => reject(signal.reason), { once: true });
  });
}

function faultError(fault: Fault): MusterError {
  if ('status' in fault) {
    const says = `The scripted demonstration played a failure (${fault.status}): ${fault.message}`;
    if (fault.status === 401 || fault.status === 403) return new MusterError('model-auth', says);
    if (fault.status === 400) return new MusterError('model-refused', says);
    if (fault.status === 429 || fault.status === 529) return new MusterError('model-limit', says);
    return new MusterError('model', says);
  }
  if ('malformed' in fault) {
    return new MusterError('model', unplayable('The script played an answer that is no JSON.'));
  }
  return new MusterError(
    'model-unreachable',
    'The scripted demonstration played a connection that broke off in the middle of an answer. Retry the task or the run.',
  );
}

function unplayable(reason: string): string {
  return `The scripted demonstration cannot go on. ${reason} It only plays its own task on its own sample workspace; for other work choose another provider in the setting 'muster.provider'.`;
}
