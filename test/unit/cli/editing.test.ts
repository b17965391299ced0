/** A plan that is printed, changed in a file and handed in again by the command line. */
import assert from 'node:assert/strict';
import { after, afterEach, describe, it } from 'mocha';
import { createAnthropicProvider } from '../../../src/node/models/anthropic-provider.ts';
import { RunId } from '../../../src/shared/ids.ts';
import { openApprovals } from '../../../src/shared/run-state.ts';
import { creates, scriptOf } from '../../support/runs/script-parts.ts';
import { openHost } from '../../support/runs/scripted-run.ts';
import { type CommandLine, openCommandLine, removeCompileCache } from './command-line.ts';

type PlanFile = {
  hash: string;
  plan: { tasks: Array<Record<string, unknown>> };
  team: { agents: Array<Record<string, unknown>> };
};

describe('A plan on the command line', function () {
  this.timeout(90_000);
  let at: CommandLine;
  afterEach(() => at.close());
  after(removeCompileCache);

  const script = scriptOf([{ id: 'add' }, { id: 'more' }], {
    'work/add': creates('b.txt', 'b\n'),
    'work/more': creates('c.txt', 'c\n'),
  });
  const waiting = async (...flags: string[]): Promise<string> => {
    at = await openCommandLine(script);
    const { lines, stderr } = await at.muster(['run', '--task', 'Do it', '--json', ...flags]);
    const [first] = lines();
    assert.ok(first, stderr);
    return first.runId;
  };
  const printed = async (runId: string): Promise<PlanFile> =>
    JSON.parse((await at.muster(['plan', runId])).stdout) as PlanFile;
  const edit = async (runId: string, file: unknown, ...flags: string[]) => {
    const name = await at.file('plan.json', JSON.stringify(file));
    return at.muster(['edit', runId, '--plan', name, ...flags]);
  };

  it('goes back as it was edited, waits for a yes to what it is now, and then executes', async () => {
    const runId = await waiting();
    const file = await printed(runId);
    assert.deepEqual(JSON.parse((await at.muster(['plan', runId, '--json'])).stdout), file);
    Object.assign(file.plan.tasks[0] ?? {}, { description: 'As I say.' });
    const { code, lines, stderr } = await edit(runId, file, '--json');
    assert.equal(code, 3, stderr);
    const edited = lines().find((line) => line.type === 'plan:edited');
    assert.equal(edited?.by, 'command line');
    assert.notEqual((await printed(runId)).hash, file.hash);

    const stale = await edit(runId, file);
    assert.equal(stale.code, 2);
    assert.match(stale.stderr, /edited meanwhile, by command line, and the first edit counts/);
    assert.equal((await at.muster(['approve', runId])).code, 3);
    const asked = at.server.requests.find((each) => each.conversationId === 'work/add');
    assert.match(JSON.stringify(asked?.body), /As I say\./);
  });

  it('is not taken with mistakes, each of which is named, and stays as it was', async () => {
    const runId = await waiting();
    const file = await printed(runId);
    Object.assign(file.plan.tasks[0] ?? {}, { title: '' });
    Object.assign(file.team.agents[0] ?? {}, { tools: ['telepathy'] });
    const { code, stderr } = await edit(runId, file);
    assert.equal(code, 2);
    assert.match(stderr, /still has the plan as it was:\n- Task "add", title: this must not be/);
    assert.match(stderr, /\n- Agent "Ada", tools: /);
    const broken = await edit(runId, 'no plan');
    assert.match(broken.stderr, /must hold a JSON object with plan and team, as muster plan RUN/);
    assert.equal((await at.muster(['edit', runId])).code, 2);
  });

  it('is changed where another process holds the run, which goes on with it', async () => {
    const runId = RunId.parse(await waiting());
    const file = await printed(runId);
    const host = await openHost(at.root, at.workspace, {
      files: {},
      events: [],
      writes: [],
      recovered: [],
    });
    try {
      const { apiKey, url: baseUrl } = at.server;
      const driver = await host.resume(runId, createAnthropicProvider({ apiKey, baseUrl }));
      driver.start();
      await driver.idle();
      Object.assign(file.plan.tasks[0] ?? {}, { description: 'As I say.' });
      const ended = await edit(runId, file);
      assert.equal(ended.code, 3, ended.stderr);
      assert.equal(driver.state.plan?.plan.tasks[0]?.description, 'As I say.');
      assert.equal(driver.state.plan?.editedBy, 'command line');
      assert.equal(host.driver(runId), driver, 'nobody took it away');
      assert.equal(openApprovals(driver.state)[0]?.hash, driver.state.team?.hash);

      const stale = await edit(runId, file);
      assert.equal(stale.code, 2);
      assert.match(stale.stderr, /and the first edit counts/);
    } finally {
      await host.close();
    }
  });

  it('has no more tasks than the run allows, and the planner is told so', async () => {
    const runId = await waiting('--max-tasks', '1');
    const { lines } = await at.muster(['show', runId, '--json']);
    const check = lines().find((line) => line.type === 'plan:checked');
    assert.equal(check?.passed, false);
    assert.match(JSON.stringify(check?.issues), /has 2 tasks; at most 1 are allowed/);
  });
});
