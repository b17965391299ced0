/** The text of docs/events.md, from the schemas. */
import * as z from 'zod';
import { Decision } from '../src/shared/decision.ts';
import { eventBodies } from '../src/shared/events.ts';

type JsonSchema = {
  type?: string;
  const?: unknown;
  enum?: unknown[];
  format?: string;
  items?: JsonSchema;
  anyOf?: JsonSchema[];
  oneOf?: JsonSchema[];
  properties?: Record<string, JsonSchema>;
  required?: string[];
  additionalProperties?: JsonSchema | boolean;
};

const introduction = `# Events

A run is the fold of these events. Generated from the schemas in \`src/shared/events.ts\` by \`npm run docs:events\`; a test fails when this page is not current.

Each event is an object with \`v\` (1), \`seq\` (counts from 1 without gaps in a run), \`at\` (ISO 8601, UTC), \`runId\`, \`type\`, and the fields of its type. A field with \`?\` may be absent. \`BodyRef\` fields, \`{ hash, bytes }\`, name a text that is kept beside the log. Events are only ever added to: unknown types and versions are kept and skipped.
`;

export function eventsDocument(): string {
  const sections = Object.entries(eventBodies).map(
    ([type, schema]) => `## \`${type}\`\n\n${fieldsOf(jsonSchema(schema))}`,
  );
  const decisions = `## Decisions\n\nWhat \`approval:decided\` carries as \`decision\`:\n\n${alternatives(jsonSchema(Decision))}`;
  return `${[introduction, ...sections, decisions].join('\n')}\n`;
}

function jsonSchema(schema: z.ZodType): JsonSchema {
  return z.toJSONSchema(schema, { io: 'input', reused: 'inline' }) as JsonSchema;
}

function alternatives(schema: JsonSchema): string {
  const all = schema.oneOf ?? schema.anyOf ?? [];
  return `${all.map((each) => `- \`${shape(each)}\``).join('\n')}\n`;
}

function fieldsOf({ properties = {}, required = [] }: JsonSchema): string {
  const rows = Object.entries(properties).map(([name, field]) => {
    const optional = required.includes(name) ? '' : '?';
    return `- \`${name}${optional}\`: \`${shape(field)}\``;
  });
  return rows.length > 0 ? `${rows.join('\n')}\n` : 'No fields.\n';
}

/** A type in TypeScript's notation. */
function shape(schema: JsonSchema): string {
  if (schema.const !== undefined) return JSON.stringify(schema.const);
  if (schema.enum) return schema.enum.map((each) => JSON.stringify(each)).join(' | ');
  const union = schema.oneOf ?? schema.anyOf;
  if (union) return union.map(shape).join(' | ');
  if (schema.type === 'array') return `Array<${shape(schema.items ?? {})}>`;
  if (schema.type !== 'object')
    return schema.format === 'date-time' ? 'ISO 8601' : (schema.type ?? 'unknown');
  const { properties, required = [], additionalProperties } = schema;
  if (!properties) {
    const value =
      typeof additionalProperties === 'object' ? shape(additionalProperties) : 'unknown';
    return `Record<string, ${value}>`;
  }
  const names = Object.keys(properties);
  if (names.join() === 'hash,bytes') return 'BodyRef';
  const fields = names.map((name) => {
    const field = properties[name] ?? {};
    return `${name}${required.includes(name) ? '' : '?'}: ${shape(field)}`;
  });
  return `{ ${fields.join(', ')} }`;
}
