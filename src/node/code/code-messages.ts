/** What the thread that parses is asked, and what it answers. */
import * as z from 'zod';

export const CodeRequest = z.object({
  id: z.number(),
  /** Id in the table of languages. */
  language: z.string(),
  bytes: z.instanceof(Uint8Array),
  /** Also the lines on which this name is used. */
  name: z.string().optional(),
});
export type CodeRequest = Omit<z.infer<typeof CodeRequest>, 'bytes'> & { bytes: Uint8Array };

const Declaration = z.object({
  kind: z.string(),
  name: z.string(),
  line: z.number(),
  endLine: z.number(),
  depth: z.number(),
  /** Names of what it stands in, outermost first. */
  inside: z.array(z.string()),
});
export type Declaration = z.infer<typeof Declaration>;

const Parsed = z.object({
  declarations: z.array(Declaration),
  imports: z.array(z.object({ source: z.string(), line: z.number() })),
  /** Lines on which the name stands as code, definitions included. */
  lines: z.array(z.number()),
  broken: z.boolean(),
  more: z.boolean(),
});
export type Parsed = z.infer<typeof Parsed>;

export const CodeResponse = z.union([
  z.object({ id: z.number(), parsed: Parsed }),
  z.object({ id: z.number(), problem: z.enum(['time', 'failed']) }),
]);
export type CodeResponse = z.infer<typeof CodeResponse>;
