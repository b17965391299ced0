/** The four raw token counters of a request, and their sum; they only ever go up the tree. */
import * as z from 'zod';

const count = z.number().int().nonnegative();

/** Tokens. The total input of a request is `input + cacheRead + cacheWrite`. */
export const Usage = z.object({
  input: count,
  output: count,
  cacheRead: count,
  cacheWrite: count,
});
export type Usage = z.infer<typeof Usage>;

export const noUsage: Usage = { input: 0, output: 0, cacheRead: 0, cacheWrite: 0 };

export function addUsage(left: Usage, right: Usage): Usage {
  return {
    input: left.input + right.input,
    output: left.output + right.output,
    cacheRead: left.cacheRead + right.cacheRead,
    cacheWrite: left.cacheWrite + right.cacheWrite,
  };
}
