/** Refuses what the service's strict mode does not compile: keywords, open objects, too much of it. */
import { refuse } from './service-error.ts';
import type { WireTool } from './wire.ts';

/** Keywords that the structured-outputs documentation lists as supported. */
const supported = new Set([
  'type',
  'properties',
  'required',
  'additionalProperties',
  'items',
  'enum',
  'const',
  'anyOf',
  'allOf',
  '$ref',
  '$defs',
  'default',
  'description',
  'title',
  'format',
  'minItems',
]);

const formats = new Set(
  'date-time time date duration email hostname uri ipv4 ipv6 uuid'.split(' '),
);

const maxStrictTools = 20;
const maxOptionalParameters = 24;
const maxUnions = 16;

type Counts = { optional: number; unions: number };

export function checkStrictTools(tools: readonly WireTool[]): void {
  const counts: Counts = { optional: 0, unions: 0 };
  const strict = tools.filter((tool) => tool.strict === true);
  if (strict.length > maxStrictTools) {
    refuse(`Too many strict tools (${strict.length}). The maximum is ${maxStrictTools}.`);
  }
  for (const [index, tool] of tools.entries()) {
    if (tool.strict === true) checkSchema(tool.input_schema, `tools.${index}.custom`, counts);
  }
  if (counts.optional > maxOptionalParameters) {
    refuse(
      `Schemas contains too many optional parameters (${counts.optional}), the limit is ${maxOptionalParameters}.`,
    );
  }
  if (counts.unions > maxUnions) {
    refuse(
      `Schemas contains too many parameters with union types (${counts.unions}), the limit is ${maxUnions}.`,
    );
  }
}

function checkSchema(schema: unknown, at: string, counts: Counts): void {
  if (!isRecord(schema)) refuse(`${at}: a schema must be an object`);
  const unknown = Object.keys(schema).filter((key) => !supported.has(key));
  if (unknown.length > 0) {
    refuse(
      `${at}: For '${String(schema.type)}' type, properties ${unknown.join(', ')} are not supported`,
    );
  }
  if (typeof schema.format === 'string' && !formats.has(schema.format)) {
    refuse(`${at}: For 'string' type, format '${schema.format}' is not supported`);
  }
  if (typeof schema.minItems === 'number' && schema.minItems > 1) {
    refuse(`${at}: For 'array' type, 'minItems' values other than 0 or 1 are not supported`);
  }
  if (Array.isArray(schema.type) || Array.isArray(schema.anyOf)) counts.unions += 1;
  if (schema.type === 'object') checkObject(schema, at, counts);
  for (const child of childrenOf(schema)) checkSchema(child, at, counts);
}

function checkObject(schema: Record<string, unknown>, at: string, counts: Counts): void {
  if (schema.additionalProperties !== false) {
    refuse(`${at}: For 'object' type, 'additionalProperties' must be explicitly set to false`);
  }
  const required = Array.isArray(schema.required) ? schema.required : [];
  const properties = isRecord(schema.properties) ? Object.keys(schema.properties) : [];
  counts.optional += properties.filter((name) => !required.includes(name)).length;
}

function childrenOf(schema: Record<string, unknown>): unknown[] {
  const maps = [schema.properties, schema.$defs].filter(isRecord).flatMap(Object.values);
  const lists = [schema.anyOf, schema.allOf].filter(Array.isArray).flat();
  return [...maps, ...lists, ...(schema.items === undefined ? [] : [schema.items])];
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
