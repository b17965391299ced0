/** Plays the prompt cache: counts what was read, written and neither, by the markers of a request. */
import { createHash } from 'node:crypto';
import { estimateTokens } from '../../../src/node/models/script.ts';
import type { Usage } from '../../../src/shared/usage.ts';
import { unmarkedMessage, withoutMarker } from './prefix-signature.ts';
import { blocksOf, type WireRequest } from './wire.ts';

/** Shorter prefixes are not cached, as on the newest models. */
const minCachedTokens = 512;
const maxRemembered = 50_000;

export type CacheSimulation = {
  /** Input counters of a request; remembers what it wrote. */
  count(request: WireRequest): Omit<Usage, 'output'>;
};

export function createCacheSimulation(): CacheSimulation {
  const written = new Set<string>();
  return {
    count(request) {
      const parts = partsOf(request);
      const total = parts.at(-1)?.tokens ?? 0;
      const cacheable = parts.filter((part) => part.tokens >= minCachedTokens);
      const end = cacheable.findLast((part) => part.marked);
      if (!end) return { input: total, cacheRead: 0, cacheWrite: 0 };
      const reached = cacheable.filter((part) => part.tokens <= end.tokens);
      const read = reached.findLast((part) => written.has(part.hash))?.tokens ?? 0;
      for (const part of reached) if (part.marked) remember(written, part.hash);
      return { input: total - end.tokens, cacheRead: read, cacheWrite: end.tokens - read };
    },
  };
}

/** All input tokens of a request. */
export function countInput(
  request: Pick<WireRequest, 'messages' | 'system' | 'tools' | 'model'>,
): number {
  return partsOf(request).at(-1)?.tokens ?? 0;
}

type Part = { hash: string; tokens: number; marked: boolean };

/** The prefix up to the end of the system text, then up to the end of each message. */
function partsOf(
  request: Pick<WireRequest, 'messages' | 'system' | 'tools' | 'model' | 'cache_control'>,
): Part[] {
  const system = Array.isArray(request.system)
    ? request.system
    : [{ text: request.system ?? '', cache_control: undefined }];
  const hash = createHash('sha256').update(request.model);
  let tokens = 0;
  const part = (value: unknown, marked: boolean): Part => {
    const text = JSON.stringify(value);
    tokens += estimateTokens(text);
    return { hash: hash.update(text).copy().digest('hex'), tokens, marked };
  };
  const head = part(
    [(request.tools ?? []).map(withoutMarker), system.map((block) => block.text)],
    Boolean(system.at(-1)?.cache_control ?? request.tools?.at(-1)?.cache_control),
  );
  const last = request.messages.length - 1;
  const rest = request.messages.map((message, index) => {
    const block = blocksOf(message).at(-1);
    const own = block && 'cache_control' in block && block.cache_control;
    return part(
      unmarkedMessage(message),
      Boolean(own || (index === last && request.cache_control)),
    );
  });
  return [head, ...rest];
}

function remember(written: Set<string>, hash: string): void {
  written.add(hash);
  const oldest = written.values().next();
  if (written.size > maxRemembered && !oldest.done) written.delete(oldest.value);
}
