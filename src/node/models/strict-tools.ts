/** Tools as the service's strict mode takes them: schemas reduced to what it compiles, within its limits. */
import { transformJSONSchema } from '@anthropic-ai/sdk/lib/transform-json-schema';
import type { ToolSpec } from '../../engine/model-port.ts';

type Schema = Record<string, unknown>;

type WireTool = {
  name: string;
  description: string;
  input_schema: Schema & { type: 'object' };
  strict?: true;
};

/** Limits of one request, from the service's structured-outputs documentation. */
const limits = { tools: 20, optional: 24, unions: 16 };

/**
 * In the order given, and the same bytes for the same tools. A tool is strict where it asks for it,
 * its schema can be said in strict mode without changing what it accepts, and the request's limits
 * are not used up; the others go with their schema as it is.
 */
export function wireTools(tools: readonly ToolSpec[], strictSupported: boolean): WireTool[] {
  const left = { ...limits };
  return tools.map((tool) => {
    const plain = {
      name: tool.name,
      description: tool.description,
      input_schema: { ...tool.inputSchema, type: 'object' as const },
    };
    if (!strictSupported || !tool.strict || !isClosed(tool.inputSchema)) return plain;
    const schema = reduce(tool.inputSchema);
    if (!schema) return plain;
    const need = { tools: 1, ...countOf(schema) };
    if (need.tools > left.tools || need.optional > left.optional || need.unions > left.unions) {
      return plain;
    }
    left.tools -= need.tools;
    left.optional -= need.optional;
    left.unions -= need.unions;
    return {
      ...plain,
      input_schema: { ...schema, type: 'object' as const },
      strict: true as const,
    };
  });
}

/** The SDK's own reduction: what is not supported becomes a hint in the description. */
function reduce(schema: Schema): Schema | undefined {
  try {
    return transformJSONSchema(withoutIntegerRange(schema));
  } catch {
    // A schema without a type, such as `unknown`, has no strict form.
    return undefined;
  }
}

/** No reference, which may recurse, and no object that takes any key: strict mode would close it. */
function isClosed(schema: Schema): boolean {
  if ('$ref' in schema || 'patternProperties' in schema || 'propertyNames' in schema) return false;
  const open = schema.additionalProperties;
  if (open !== undefined && open !== false) return false;
  if (schema.type === 'object' && !isSchema(schema.properties)) return open === false;
  return childrenOf(schema).every(isClosed);
}

/** zod says the range of safe integers at every integer; as a hint to the model it is noise. */
function withoutIntegerRange(schema: Schema): Schema {
  return Object.fromEntries(
    Object.entries(schema)
      .filter(
        ([key, value]) =>
          !(key === 'minimum' && value === Number.MIN_SAFE_INTEGER) &&
          !(key === 'maximum' && value === Number.MAX_SAFE_INTEGER),
      )
      .map(([key, value]) => [key, key === 'default' || key === 'enum' ? value : descend(value)]),
  );
}

function descend(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(descend);
  return isSchema(value) ? withoutIntegerRange(value) : value;
}

function countOf(schema: Schema): { optional: number; unions: number } {
  const required = Array.isArray(schema.required) ? schema.required : [];
  const own = {
    optional: isSchema(schema.properties)
      ? Object.keys(schema.properties).filter((name) => !required.includes(name)).length
      : 0,
    unions: Array.isArray(schema.anyOf) || Array.isArray(schema.type) ? 1 : 0,
  };
  return childrenOf(schema)
    .map(countOf)
    .reduce(
      (sum, child) => ({
        optional: sum.optional + child.optional,
        unions: sum.unions + child.unions,
      }),
      own,
    );
}

function childrenOf(schema: Schema): Schema[] {
  const properties = isSchema(schema.properties) ? Object.values(schema.properties) : [];
  const lists = [schema.anyOf, schema.oneOf, schema.allOf].filter(Array.isArray).flat();
  return [...properties, ...lists, schema.items].filter(isSchema);
}

function isSchema(value: unknown): value is Schema {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
