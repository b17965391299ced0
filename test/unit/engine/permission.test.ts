/** Permission holds where a tool runs, whatever a model calls: refused, in the log, and nothing happened. */
import assert from 'node:assert/strict';
import type { ModelProvider, TurnRequest } from '../../../src/engine/model-port.ts';
import type { EventOf } from '../../../src/shared/events.ts';
import { call, finish, passes, scriptOf, team } from '../../support/runs/script-parts.ts';
import {
  openStage,
  runUntilReview,
  type ScriptInput,
  type Stage,
} from '../../support/runs/scripted-run.ts';

const writing = ['file_write', 'terminal', 'package_manager', 'git_write'];
const reading = ['file_read', 'search', 'code_analysis', 'git_read'];
/** A call of each writing tool, and what it would do. */
const writes = [
  ...call('create_file', { path: 'new.txt', content: 'x' }),
  ...call('edit_file', { path: 'a.txt', old_str: 'one', new_str: 'two' }),
  ...call('insert_text', { path: 'a.txt', line: 0, text: 'x' }),
  ...call('delete_file', { path: 'a.txt' }),
  ...call('move_file', { from: 'a.txt', to: 'b.txt' }),
  ...call('run_command', { command: 'touch ran.txt' }),
];

describe('Permission in a run', () => {
  let stage: Stage;
  beforeEach(async () => {
    stage = await openStage({ files: { 'a.txt': 'one\n' } });
  });
  afterEach(() => stage.close());

  const play = async (script: ScriptInput) => {
    const requests: TurnRequest[] = [];
    const provider = stage.provider(script);
    const watched: ModelProvider = {
      ...provider,
      streamTurn(request, onText, signal) {
        requests.push(structuredClone(request));
        return provider.streamTurn(request, onText, signal);
      },
    };
    const driver = await stage.host.start('Do it', watched);
    const state = await runUntilReview(driver);
    const offered = (conversation: string) =>
      requests.find((each) => each.conversationId === conversation)?.tools.map((tool) => tool.name);
    return { driver, state, offered };
  };
  const results = (conversation: string): EventOf<'tool:result'>[] =>
    stage.events.filter(
      (event): event is EventOf<'tool:result'> =>
        event.type === 'tool:result' && event.conversationId === conversation,
    );
  const refused = (conversation: string) =>
    results(conversation)
      .filter((event) => !event.ok)
      .map((event) => event.summary);
  const untouched = async () => {
    assert.deepEqual(await stage.files(), { 'a.txt': 'one\n' });
    assert.equal(
      stage.events.some((event) => event.type === 'command:started'),
      false,
    );
    assert.equal(
      stage.events.some((event) => event.type === 'approval:requested' && event.kind === 'command'),
      false,
      'nobody is asked about what is refused anyway',
    );
  };

  it('refuses every writing tool to the agent of a read_only task, and the log says so', async () => {
    const tools = [...reading, ...writing];
    const apart = writes.flatMap((write) => [write, ...call('list_files', {})]);
    const { driver, state, offered } = await play(
      scriptOf([{ id: 'look', readOnly: true }, { id: 'write' }], {
        'team/*': team(['look', 'write'], { tools, permission: 'read_write' }),
        'work/look': [...apart, ...finish],
        'work/write': finish,
      }),
    );
    for (const [at, summary] of refused('work/look').entries()) {
      const name = writes[at]?.calls?.[0]?.name ?? '';
      assert.equal(
        summary,
        `${name} is refused: the task "look" is read_only, and this tool may change something`,
      );
    }
    assert.equal(refused('work/look').length, writes.length);
    assert.equal(state.changes?.files.length ?? 0, 0, state.error?.message);
    for (const { calls } of writes) {
      assert.ok(!offered('work/look')?.includes(calls?.[0]?.name ?? ''), 'not offered either');
      assert.ok(offered('work/write')?.includes(calls?.[0]?.name ?? ''));
    }
    await untouched();
    assert.ok(driver.state.tasks.every((task) => task.status === 'done'));
  });

  it('refuses what is not in the groups of the agent', async () => {
    const { offered } = await play(
      scriptOf([{ id: 'add' }], {
        'team/*': team(['add'], { tools: ['file_read', 'file_write'] }),
        'work/add': [
          ...call('run_command', { command: 'touch ran.txt' }),
          ...call('list_files', {}),
          ...call('search_files', { pattern: 'one' }),
          ...finish,
        ],
      }),
    );
    assert.deepEqual(refused('work/add'), [
      'run_command is refused: Ada has the tool groups file_read, file_write, and it belongs to terminal',
      'search_files is refused: Ada has the tool groups file_read, file_write, and it belongs to search',
    ]);
    assert.deepEqual(offered('work/add'), [
      'create_file',
      'delete_file',
      'edit_file',
      'finish_task',
      'insert_text',
      'list_files',
      'move_file',
      'read_file',
    ]);
    await untouched();
  });

  it('answers a tool that a model invents with the tools that there are', async () => {
    await play(
      scriptOf([{ id: 'add' }], {
        'team/*': team(['add'], { tools: ['file_read'] }),
        'work/add': [
          ...call('bash\n; rm -rf', { command: 'touch ran.txt' }),
          ...call('list_files', {}),
          ...call('constructor', {}),
          ...finish,
        ],
      }),
    );
    const tools = 'Tools: finish_task, list_files, read_file';
    assert.deepEqual(refused('work/add'), [
      `There is no tool "bash???rm?-rf". ${tools}`,
      `There is no tool "constructor". ${tools}`,
    ]);
    await untouched();
  });

  it('lets a reviewer look and nothing else', async () => {
    const { offered } = await play(
      scriptOf([{ id: 'add' }], {
        'work/add': finish,
        'validate-work/*': [
          ...call('create_file', { path: 'passed.txt', content: 'x' }),
          ...call('read_file', { path: 'a.txt' }),
          ...call('run_command', { command: 'touch ran.txt' }),
          ...passes,
        ],
      }),
    );
    const [id = ''] = stage.events.flatMap((event) =>
      event.type === 'conversation:start' && event.purpose.kind === 'validate-work'
        ? [event.conversationId]
        : [],
    );
    assert.deepEqual(refused(id), [
      'create_file is refused: the logic checker only looks and changes nothing',
      'run_command is refused: the logic checker only looks and changes nothing',
    ]);
    assert.ok(offered(id)?.includes('read_file'));
    assert.ok(!offered(id)?.includes('create_file'));
    await untouched();
  });

  it('asks before packages are installed, by the line that then runs', async () => {
    await stage.close();
    // A manager that no machine of ours has: what runs is plain to see, and nothing is fetched.
    const manifest = JSON.stringify({ packageManager: 'bun@1.2.0' });
    stage = await openStage({ files: { 'a.txt': 'one\n', 'package.json': manifest } });
    await play(
      scriptOf([{ id: 'add' }], {
        'team/*': team(['add'], { tools: ['package_manager'] }),
        'work/add': [
          ...call('manage_packages', { action: 'add', packages: ['zod'] }),
          ...call('manage_packages', { action: 'add', packages: ['zod'], path: 'absent' }),
          ...call('manage_packages', { action: 'add', packages: ['zod; touch ran.txt'] }),
          ...finish,
        ],
      }),
    );
    const line = 'bun add --ignore-scripts zod';
    const asked = stage.events.flatMap((event) =>
      event.type === 'approval:requested' && event.kind === 'command' ? [event.command] : [],
    );
    assert.deepEqual(asked, [line]);
    const [ran, nowhere, bad] = results('work/add');
    assert.equal(ran?.command?.line, line);
    assert.match(nowhere?.summary ?? '', /no package\.json in "absent"/);
    assert.match(bad?.summary ?? '', /does not fit: packages\[0\]: write a name of the registry/);
  });
});
