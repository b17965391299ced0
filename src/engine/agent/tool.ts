/** What a tool is: a schema for the model, the type inferred from it, and a run on a lane. */
import * as z from 'zod';
import type { ToolGroup } from '../../shared/team.ts';
import type { Lane } from '../lane-ports.ts';
import type { ToolSpec } from '../model-port.ts';

export type ToolOutcome = {
  ok: boolean;
  /** One line for the person, and the first of what the model reads. */
  summary: string;
  /** What the model reads below the summary; already cut to its budget. */
  content: string;
  command?: { line: string; exitCode: number | null; ms: number };
  /** finish_task: the agent declares the task done. */
  ends?: boolean;
};

/** A tool as it is written; `defineTool` closes over the type of its input. */
type ToolDefinition<Input> = {
  name: string;
  /** Absent: every agent has it. */
  group?: ToolGroup;
  description: string;
  schema: z.ZodType<Input>;
  /** One line for a person, e.g. `Edit src/parse.ts`. */
  title(input: Input): string;
  /** The command line that the person must allow, for tools that run one. */
  command?(input: Input, lane: Lane): string | Promise<string>;
  /** Expected failures are outcomes with `ok: false`, or a MusterError. `line` is what was allowed. */
  run(input: Input, lane: Lane, signal: AbortSignal, line: string): Promise<ToolOutcome>;
};

/** A call whose input fits the schema. */
export type PreparedCall = {
  title: string;
  /** @throws MusterError where no command line can be told */
  command?(lane: Lane): Promise<string>;
  run(lane: Lane, signal: AbortSignal, line?: string): Promise<ToolOutcome>;
};

export type Tool = {
  name: string;
  group?: ToolGroup;
  description: string;
  schema: z.ZodType;
  prepare(input: unknown): { ok: true; call: PreparedCall } | { ok: false; problems: string[] };
};

export function defineTool<Input>(definition: ToolDefinition<Input>): Tool {
  const { name, group, description, schema } = definition;
  return {
    name,
    description,
    schema,
    ...(group === undefined ? {} : { group }),
    prepare(raw) {
      const parsed = parseInput(schema, raw);
      if (!parsed.ok) return parsed;
      const { input } = parsed;
      const { command } = definition;
      const call: PreparedCall = {
        title: definition.title(input),
        run: async (lane, signal, line = '') => {
          const outcome = await definition.run(input, lane, signal, line);
          return { ...outcome, summary: oneLine(outcome.summary) };
        },
        ...(command === undefined ? {} : { command: async (lane) => command(input, lane) }),
      };
      return { ok: true, call };
    },
  };
}

/** Each conversation says its tools anew; a tool is a constant. */
const specs = new WeakMap<object, ToolSpec>();

export function toolSpec(tool: { name: string; description: string; schema: z.ZodType }): ToolSpec {
  const known = specs.get(tool);
  if (known) return known;
  const { $schema: _, ...inputSchema } = z.toJSONSchema(tool.schema, { io: 'input' });
  const { name, description } = tool;
  const spec: ToolSpec = { name, description, inputSchema, strict: true };
  specs.set(tool, spec);
  return spec;
}

/** @returns the parsed input, or one line for each thing that is wrong: path and reason */
export function parseInput<Input>(
  schema: z.ZodType<Input>,
  input: unknown,
): { ok: true; input: Input } | { ok: false; problems: string[] } {
  const parsed = schema.safeParse(input);
  if (parsed.success) return { ok: true, input: parsed.data };
  const problems = parsed.error.issues.map((issue) => {
    const path = z.core.toDotPath(issue.path);
    return `${path || 'input'}: ${issue.message}`;
  });
  return { ok: false, problems };
}

const lineLength = 500;

/** What a model wrote stands in summaries too: no line break, no control character, no page of it. */
function oneLine(text: string): string {
  const line = text.replace(/[\p{Cc}\u2028\u2029]+/gu, ' ');
  return line.length > lineLength ? `${line.slice(0, lineLength)}…` : line;
}
