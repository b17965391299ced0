/** A plan and team that the person edits while they wait for approval: what executes is what was hashed. */
import assert from 'node:assert/strict';
import type { ModelProvider, TurnRequest } from '../../../src/engine/model-port.ts';
import type { RunDriver } from '../../../src/engine/run/run-driver.ts';
import { createAnthropicProvider } from '../../../src/node/models/anthropic-provider.ts';
import { Script } from '../../../src/node/models/script.ts';
import type { Plan } from '../../../src/shared/plan.ts';
import type { ApprovalState } from '../../../src/shared/run-state.ts';
import { openApprovals } from '../../../src/shared/run-state.ts';
import type { Team } from '../../../src/shared/team.ts';
import { startModelServer } from '../../support/model-server/start-model-server.ts';
import { creates, scriptOf } from '../../support/runs/script-parts.ts';
import { openStage, runUntilReview, type Stage } from '../../support/runs/scripted-run.ts';
import { type HeldTime, heldTime } from '../../support/time/held-time.ts';

const script = scriptOf([{ id: 'first' }, { id: 'second', after: ['first'] }], {
  'work/first': creates('first.txt', '1\n'),
  'work/second': creates('second.txt', '2\n'),
  'work/third': creates('third.txt', '3\n'),
});

type Shown = { approval: ApprovalState; hash: string; plan: Plan; team: Team };

function shown(driver: RunDriver): Shown {
  const approval = openApprovals(driver.state).find((each) => each.kind === 'plan');
  const { plan, team } = driver.state;
  assert.ok(approval?.hash !== undefined && plan && team);
  return { approval, hash: approval.hash, plan: plan.plan, team: team.team };
}

/** Drops `second`, adds `third` for an agent of its own, and rewrites Ada. */
function reworked({ plan, team }: Shown): { plan: unknown; team: unknown } {
  const [first, second] = plan.tasks;
  const [ada] = team.agents;
  assert.ok(first && second && ada);
  const third = { ...second, id: 'third', title: 'The third', dependencies: [], model: 'smart' };
  const bob = { ...ada, name: 'Bob', system_prompt: 'You are terse.', tools: ['file_write'] };
  return {
    plan: { ...plan, tasks: [{ ...first, description: 'As the person put it.' }, third] },
    team: {
      agents: [{ ...ada, system_prompt: 'Rewritten.', model: 'fast', tools: ['file_write'] }, bob],
      task_assignments: [
        { agent: 'Ada', tasks: ['first'] },
        { agent: 'Bob', tasks: ['third'] },
      ],
    },
  };
}

describe('a plan that the person edits', () => {
  let stage: Stage;
  const open = async (time?: HeldTime) => {
    stage = await openStage({ files: { 'a.txt': 'one\n' }, ...(time ? { time } : {}) });
  };
  afterEach(() => stage.close());

  const parked = async (provider: ModelProvider = stage.provider(script)) => {
    const driver = await stage.host.start('Do it', provider);
    driver.start();
    await driver.idle();
    return driver;
  };

  it('is what executes: prompts, tools and models at the model server are those that were declared', async () => {
    await open();
    const server = await startModelServer(Script.parse(script));
    try {
      const { apiKey, url: baseUrl } = server;
      const driver = await parked(createAnthropicProvider({ apiKey, baseUrl }));
      const before = shown(driver);
      const edit = { ...reworked(before), basedOn: before.hash };
      assert.deepEqual(await driver.editPlan(before.approval.approvalId, edit, 't'), { ok: true });
      const after = shown(driver);
      assert.notEqual(after.hash, before.hash);
      const state = await runUntilReview(driver);
      assert.equal(state.status, 'reviewing', state.error?.message);
      const files = state.changes?.files.map((each) => each.path);
      assert.deepEqual(files, ['first.txt', 'third.txt']);

      const work = server.requests.filter((each) => each.conversationId?.startsWith('work/'));
      const sent = new Map(work.map((each) => [each.conversationId, JSON.stringify(each.body)]));
      assert.deepEqual([...sent.keys()].sort(), ['work/first', 'work/third']);
      const models = Object.fromEntries(work.map((each) => [each.conversationId, each.model]));
      const { smart, fast } = state.models;
      assert.deepEqual(models, { 'work/first': fast, 'work/third': smart });
      assert.match(sent.get('work/first') ?? '', /Rewritten\..*As the person put it\./s);
      assert.match(sent.get('work/third') ?? '', /You are Bob.*You are terse\..*The third/s);
      for (const body of sent.values()) {
        const { tools } = JSON.parse(body) as { tools: Array<{ name: string }> };
        const names = tools.map((tool) => tool.name);
        const writing = ['create_file', 'delete_file', 'edit_file', 'insert_text', 'move_file'];
        assert.deepEqual(names, [...writing, 'finish_task'].sort());
      }
    } finally {
      await server.close();
    }
  });

  it('is approved by its own hash; the one from before is refused, and says what to do', async () => {
    await open();
    const driver = await parked();
    const before = shown(driver);
    const { approvalId } = before.approval;
    await driver.editPlan(approvalId, { ...reworked(before), basedOn: before.hash }, 't');
    await assert.rejects(
      driver.decide(approvalId, { decision: 'approve', hash: before.hash }, 't'),
      { code: 'wrong-decision', message: /Look at the plan again and approve it as it stands/ },
    );
    assert.equal(driver.state.approved, false);
    await driver.decide(approvalId, { decision: 'approve', hash: shown(driver).hash }, 't');
    assert.equal(driver.state.approved, true);
  });

  it('is edited first by one: whoever comes second has based it on what is no longer there', async () => {
    await open();
    const driver = await parked();
    const before = shown(driver);
    const { approvalId } = before.approval;
    const edit = { ...reworked(before), basedOn: before.hash };
    const other = { plan: { ...before.plan, summary: 'Mine.' }, team: before.team };
    const [one, two] = await Promise.allSettled([
      driver.editPlan(approvalId, edit, 'window one'),
      driver.editPlan(approvalId, { ...other, basedOn: before.hash }, 'window two'),
    ]);
    assert.equal(one.status, 'fulfilled');
    assert.equal(two.status, 'rejected');
    assert.match(String(two.reason), /edited meanwhile, by window one, and the first edit counts/);
    assert.equal(stage.events.filter((each) => each.type === 'plan:edited').length, 1);
  });

  it('stays as it was when the edit is wrong, and every problem comes back with its place', async () => {
    await open();
    const driver = await parked();
    const before = shown(driver);
    const { plan, team } = before;
    const tasks = plan.tasks.map((task) => ({ ...task, dependencies: ['second'] }));
    const agents = team.agents.map((agent) => ({ ...agent, model: 'nobody-has-it' }));
    const edit = { plan: { ...plan, tasks }, team: { ...team, agents }, basedOn: before.hash };
    const result = await driver.editPlan(before.approval.approvalId, edit, 't');
    assert.ok(!result.ok);
    assert.deepEqual(
      result.problems.map(({ message: _, ...place }) => place),
      [
        { task: 'second', field: 'dependencies' },
        { agent: 'Ada', field: 'model' },
      ],
    );
    assert.deepEqual(shown(driver), before);
    assert.ok(!stage.events.some((each) => each.type === 'plan:edited'));
  });

  it('is left alone by an edit that changes nothing', async () => {
    await open();
    const driver = await parked();
    const { approval, plan, team, hash } = shown(driver);
    const same = structuredClone({ plan, team });
    const result = await driver.editPlan(approval.approvalId, { ...same, basedOn: hash }, 't');
    assert.deepEqual(result, { ok: true });
    assert.ok(!stage.events.some((each) => each.type === 'plan:edited'));
  });

  it('is what the planner goes on from when the person then asks for changes', async () => {
    await open();
    const requests: TurnRequest[] = [];
    const twice = { ...script, conversations: { ...script.conversations } };
    const { plan: steps = [] } = script.conversations;
    twice.conversations.plan = [...steps, ...steps];
    const provider = stage.provider(twice);
    const driver = await parked({
      ...provider,
      streamTurn: (...[request, onText, signal]: Parameters<typeof provider.streamTurn>) => {
        requests.push(structuredClone(request));
        return provider.streamTurn(request, onText, signal);
      },
    });
    const before = shown(driver);
    const { approvalId } = before.approval;
    await driver.editPlan(approvalId, { ...reworked(before), basedOn: before.hash }, 't');
    const decision = { decision: 'request-changes', feedback: 'Only one file, please.' } as const;
    await driver.decide(approvalId, decision, 't');
    const state = await driver.idle();
    const said = (id: string) =>
      JSON.stringify(requests.findLast((each) => each.conversationId === id)?.messages);
    assert.match(said('plan'), /Only one file, please\..*As the person put it\./s);
    assert.match(said('team/2'), /the person had edited.*You are terse\./s);
    assert.equal(state.plan?.version, 2);
    assert.equal(state.plan.editedBy, undefined);
    assert.deepEqual(
      openApprovals(state).map((each) => each.approvalId),
      ['plan/2'],
    );
    const old = driver.editPlan(approvalId, { ...reworked(before), basedOn: before.hash }, 't');
    await assert.rejects(old, { message: /was decided already, by t, so it can no longer be/ });
  });

  it('is still the edited one in another process, and after it lapsed and was put up again', async () => {
    const time = heldTime();
    await open(time);
    const driver = await parked();
    const before = shown(driver);
    const { approvalId } = before.approval;
    await driver.editPlan(approvalId, { ...reworked(before), basedOn: before.hash }, 't');
    const after = shown(driver);
    await stage.host.close();

    time.advance(25 * 3_600_000);
    const next = await stage.host.resume(driver.state.runId, stage.provider(script));
    next.start();
    assert.equal((await next.idle()).status, 'lapsed');
    const { plan, team, hash } = after;
    const again = { plan: { ...plan, summary: 'Again.' }, team, basedOn: hash };
    await assert.rejects(next.editPlan(approvalId, again, 't'), { message: /put it up again/ });
    await next.renew(approvalId, 't');
    const shownAgain = shown(next);
    assert.deepEqual([shownAgain.plan, shownAgain.team, shownAgain.hash], [plan, team, hash]);
    assert.deepEqual(await next.editPlan(approvalId, again, 't'), { ok: true });
    const state = await runUntilReview(next);
    assert.equal(state.plan?.plan.summary, 'Again.');
    assert.deepEqual(
      state.tasks.map((each) => [each.task.id, each.status]),
      [
        ['first', 'done'],
        ['third', 'done'],
      ],
    );
  });
});
