/** Every tool of the contract, called in a run on a real lane, as the model gets it offered. */
import assert from 'node:assert/strict';
import { toolSpec } from '../../../src/engine/agent/tool.ts';
import { toolNamed } from '../../../src/engine/agent/tool-table.ts';
import { wireTools } from '../../../src/node/models/strict-tools.ts';
import type { EventOf } from '../../../src/shared/events.ts';
import { ToolGroup } from '../../../src/shared/team.ts';
import { checkStrictTools } from '../../support/model-server/strict-schema-check.ts';
import { call, finish, scriptOf, team } from '../../support/runs/script-parts.ts';
import { openStage, runUntilReview, type Stage } from '../../support/runs/scripted-run.ts';

describe('The tools of an agent with every group', function () {
  this.timeout(60_000);
  let stage: Stage;
  beforeEach(async () => {
    stage = await openStage({
      files: {
        'package.json': '{"packageManager":"bun@1.2.0"}',
        'src/a.ts': "import { b } from './b.ts';\nexport function run() {\n  return b;\n}\n",
        'src/b.ts': 'export const b = 1;\n',
      },
    });
  });
  afterEach(() => stage.close());

  const calls: ReadonlyArray<readonly [string, Record<string, unknown>, RegExp]> = [
    ['list_files', {}, /^3 files$/],
    ['read_file', { path: 'src/a.ts' }, /lines 1 to 4 of 4/],
    ['search_files', { pattern: 'export' }, /^2 matches/],
    ['outline_code', { path: 'src/a.ts' }, /\(TypeScript\) has 1 declaration$/],
    ['find_symbol', { name: 'b' }, /^1 definition and 2 uses of b$/],
    ['find_dependencies', { path: 'src/b.ts' }, /has 0 imports and is imported by 1 file$/],
    ['create_file', { path: 'c.txt', content: 'c\n' }, /^Created c\.txt, 1 line$/],
    ['edit_file', { path: 'src/b.ts', old_str: '= 1', new_str: '= 2' }, /at line 1$/],
    ['insert_text', { path: 'c.txt', line: 1, text: 'd' }, /^Inserted 1 line/],
    ['move_file', { from: 'c.txt', to: 'd/c.txt' }, /^Moved c\.txt to d\/c\.txt$/],
    ['git_status', {}, /^2 files changed/],
    ['git_diff', { path: 'src/b.ts' }, /^The changes of src\/b\.ts since the last commit$/],
    ['git_commit', { message: 'Two' }, /^Committed 2 files as [0-9a-f]{8}$/],
    ['git_log', { limit: 1 }, /^1 commit/],
    ['git_show', { revision: 'HEAD' }, /^HEAD$/],
    ['git_blame', { path: 'src/b.ts' }, /^Who changed src\/b\.ts last$/],
    ['delete_file', { path: 'src/a.ts' }, /^Deleted src\/a\.ts$/],
    ['run_command', { command: 'cat d/c.txt' }, /exit code 0$/],
    ['manage_packages', { action: 'install' }, /^"bun install --ignore-scripts" ended with exit/],
  ];

  it('do their work, and what they did is what is handed back', async () => {
    const script = scriptOf([{ id: 'add' }], {
      'team/*': team(['add'], { tools: ToolGroup.options }),
      'work/add': [...calls.flatMap(([name, input]) => call(name, input)), ...finish],
    });
    const driver = await stage.host.start('Do it', stage.provider(script));
    const state = await runUntilReview(driver);
    assert.equal(state.status, 'reviewing', state.error?.message);
    const results = stage.events.filter(
      (event): event is EventOf<'tool:result'> =>
        event.type === 'tool:result' && event.conversationId === 'work/add',
    );
    for (const [at, [name, , summary]] of calls.entries()) {
      assert.match(results[at]?.summary ?? '', summary, name);
      assert.equal(results[at]?.ok, name !== 'manage_packages', name);
    }
    assert.equal(results.length, calls.length + 1);
    assert.deepEqual(
      state.changes?.files.map((file) => [file.status, file.path]),
      [
        ['added', 'd/c.txt'],
        ['deleted', 'src/a.ts'],
        ['modified', 'src/b.ts'],
      ],
    );
  });

  it('are all strict, within the limits of one request', () => {
    const names = [...calls.map(([name]) => name), 'finish_task'].toSorted();
    const specs = names.map((name) => toolSpec(toolNamed(name) ?? assert.fail(name)));
    const wire = wireTools(specs, true);
    assert.deepEqual(
      wire.filter((tool) => !tool.strict).map((tool) => tool.name),
      [],
    );
    checkStrictTools(JSON.parse(JSON.stringify(wire)));
  });
});
