/** Tools in strict mode: reduced schemas, the same bytes each time, within the limits of a request. */
import assert from 'node:assert/strict';
import * as z from 'zod';
import type { ToolSpec } from '../../../../src/engine/model-port.ts';
import { wireTools } from '../../../../src/node/models/strict-tools.ts';

function toolOf(name: string, schema: z.ZodType, strict = true): ToolSpec {
  return { name, description: `The tool ${name}.`, inputSchema: z.toJSONSchema(schema), strict };
}

const rich = z.object({
  id: z
    .string()
    .min(1)
    .max(40)
    .regex(/^[a-z]+$/),
  count: z.number().int().min(1).max(10),
  line: z.number().int().optional(),
  tags: z
    .array(z.enum(['a', 'b']))
    .min(2)
    .max(6)
    .describe('What it is about.'),
  nested: z.array(z.object({ message: z.string().trim().min(1) })),
});

describe('strict tools', () => {
  it('hold nothing that strict mode refuses, and say as words what was taken out', () => {
    const [tool] = wireTools([toolOf('rich', rich)], true);
    const keywords = JSON.stringify(tool?.input_schema).match(
      /"(?:\$schema|minimum|maximum|minLength|maxLength|pattern|maxItems)":/g,
    );
    assert.equal(keywords, null);
    assert.equal(tool?.strict, true);
    assert.match(
      JSON.stringify(tool?.input_schema),
      /What it is about\..*maxItems: 6, minItems: 2/,
    );
    assert.match(JSON.stringify(tool?.input_schema), /minimum: 1, maximum: 10/);
    assert.doesNotMatch(JSON.stringify(tool), /9007199254740991/);
  });

  it('close every object', () => {
    const [tool] = wireTools([toolOf('rich', rich)], true);
    const objects = JSON.stringify(tool?.input_schema).match(/"type":"object"/g)?.length;
    const closed = JSON.stringify(tool?.input_schema).match(
      /"additionalProperties":false/g,
    )?.length;
    assert.deepEqual([objects, closed], [2, 2]);
  });

  it('are the same bytes for the same tools, and leave the given ones alone', () => {
    const tools = [toolOf('rich', rich), toolOf('plain', z.object({}), false)];
    const before = JSON.stringify(tools);
    assert.equal(JSON.stringify(wireTools(tools, true)), JSON.stringify(wireTools(tools, true)));
    assert.equal(JSON.stringify(tools), before);
  });

  it('keep a schema as it is where strictness is not asked for or not offered', () => {
    const tool = toolOf('rich', rich, false);
    assert.deepEqual(wireTools([tool], true)[0]?.input_schema, tool.inputSchema);
    const [offered] = wireTools([toolOf('rich', rich)], false);
    assert.equal('strict' in (offered ?? {}), false);
  });

  it('are not made of what strict mode would change: open maps, unknown values, recursion', () => {
    type Tree = { children: Tree[] };
    const tree: z.ZodType<Tree> = z.object({ children: z.array(z.lazy(() => tree)) });
    const tools = [
      toolOf('map', z.object({ env: z.record(z.string(), z.string()) })),
      toolOf('any', z.object({ value: z.unknown() })),
      toolOf('loose', z.looseObject({ a: z.string() })),
      toolOf('tree', tree),
    ];
    assert.deepEqual(
      wireTools(tools, true).map((tool) => tool.strict),
      Array(4).fill(undefined),
    );
  });

  it('stop being strict where the limits of one request are used up', () => {
    const optional = z.object({ a: z.string().optional(), b: z.string().optional() });
    const many = Array.from({ length: 30 }, (_, index) => toolOf(`t${index}`, optional));
    const strict = wireTools(many, true).filter((tool) => tool.strict);
    assert.equal(strict.length, 12);
    const bare = Array.from({ length: 30 }, (_, index) => toolOf(`t${index}`, z.object({})));
    assert.equal(wireTools(bare, true).filter((tool) => tool.strict).length, 20);
  });
});
