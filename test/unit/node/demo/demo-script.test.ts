/** The demo's script by itself: well-formed, instructive, and its edits make the sample's tests pass. */
import assert from 'node:assert/strict';
import { beforeEach, describe, it } from 'mocha';
import { parseInput } from '../../../../src/engine/agent/tool.ts';
import { toolNamed } from '../../../../src/engine/agent/tool-table.ts';
import type { Lane } from '../../../../src/engine/lane-ports.ts';
import { checkPlan } from '../../../../src/engine/plan/check-plan.ts';
import { checkTeam } from '../../../../src/engine/team/check-team.ts';
import { createSample } from '../../../../src/node/demo/create-sample.ts';
import { demoPlan } from '../../../../src/node/demo/demo-plan.ts';
import { demoScript } from '../../../../src/node/demo/demo-script.ts';
import { demoTeam } from '../../../../src/node/demo/demo-team.ts';
import { makeLane } from '../../../../src/node/lane.ts';
import { Script, type Step } from '../../../../src/node/models/script.ts';
import { createScriptedProvider } from '../../../../src/node/models/scripted-provider.ts';
import { Analysis, CodeReview, WorkValidation } from '../../../../src/shared/answers.ts';
import { Plan } from '../../../../src/shared/plan.ts';
import { TeamProposal } from '../../../../src/shared/team.ts';
import { temporaryFolders } from '../../../support/temporary-folder.ts';
import { run, sampleFolder } from './sample-folder.ts';

const never = new AbortController().signal;
const plan = Plan.parse(demoPlan);
const team = TeamProposal.parse(demoTeam);
const answers: Record<string, Parameters<typeof parseInput>[0]> = {
  analyze_request: Analysis,
  generate_plan: Plan,
  validate_work: WorkValidation,
  generate_specialized_agents: TeamProposal,
  review_code: CodeReview,
};

type Call = NonNullable<Step['calls']>[number];

const allCalls = Object.values(demoScript.conversations).flatMap((steps) => steps.flatMap(callsOf));

function callsOf(step: Step): Call[] {
  return step.calls ?? [];
}

function named(name: string): Call[] {
  return allCalls.filter((call) => call.name === name);
}

describe("The demo's script", () => {
  it('fits the format', () => {
    assert.deepEqual(Script.parse(demoScript), demoScript);
  });

  it('calls only tools that there are, with inputs that fit', () => {
    for (const { name, input } of allCalls) {
      const schema = answers[name] ?? toolNamed(name)?.schema;
      assert.ok(schema, name);
      const parsed = parseInput(schema, input);
      assert.ok(parsed.ok, `${name}: ${JSON.stringify(parsed)}`);
    }
  });

  it('has a plan that holds, with at least three tasks that can begin at once', () => {
    assert.deepEqual(checkPlan(plan, { maxTasks: 50 }).issues, []);
    const first = plan.tasks.filter((task) => task.dependencies.length === 0);
    assert.ok(first.length >= 3 && first.length < plan.tasks.length);
    const files = first.flatMap((task) => task.files ?? []);
    assert.equal(new Set(files).size, files.length);
  });

  it('has a team of at least four agents that passes its check', () => {
    const { tiers } = createScriptedProvider(demoScript);
    const checked = checkTeam(team, plan, { tiers, known: [] });
    assert.ok(checked.ok, JSON.stringify(checked));
    assert.ok(team.agents.length >= 4);
    assert.equal(new Set(team.agents.map((agent) => agent.system_prompt)).size, team.agents.length);
    assert.deepEqual([...new Set(team.agents.map((agent) => agent.model))].sort(), [
      'balanced',
      'fast',
      'smart',
    ]);
    const readers = team.agents.filter((agent) => agent.permission === 'read_only');
    assert.equal(readers.length, 1);
  });

  it('has a conversation for every task and each of its reviews', () => {
    for (const { id, permission } of plan.tasks) {
      const work = demoScript.conversations[`work/${id}`] ?? [];
      assert.deepEqual(work.flatMap(callsOf).at(-1)?.name, 'finish_task', id);
      assert.ok(demoScript.conversations[`validate-work/${id}/*`], id);
      const reviewed = demoScript.conversations[`review-code/${id}/*`] !== undefined;
      assert.equal(reviewed, permission === 'read_write', id);
    }
  });

  it('sends exactly one task back, once', () => {
    const rejected = named('review_code').filter((call) => call.input.approved === false);
    assert.equal(rejected.length, 1);
    assert.ok(named('validate_work').every((call) => call.input.passed === true));
  });

  it('asks for commands that run tests and nothing else', () => {
    const commands = named('run_command').map((call) => call.input.command);
    assert.ok(commands.length > 0);
    for (const line of commands) {
      assert.match(String(line), /^(npm test|node --test test\/[a-z]+\.test\.js)$/);
    }
  });

  describe('replayed on the sample', () => {
    const temporaryFolder = temporaryFolders();
    let root: string;
    let lane: Lane;

    beforeEach(async () => {
      root = await createSample(await temporaryFolder(), sampleFolder);
      lane = makeLane(root);
    });

    async function play(calls: readonly Call[]): Promise<void> {
      for (const { name, input } of calls) {
        const prepared = toolNamed(name)?.prepare(input);
        assert.ok(prepared?.ok);
        const outcome = await prepared.call.run(lane, never);
        assert.ok(outcome.ok, `${name}: ${outcome.summary}`);
      }
    }

    const writes = (taskId: string): Call[] =>
      (demoScript.conversations[`work/${taskId}`] ?? [])
        .flatMap(callsOf)
        .filter((call) => ['create_file', 'edit_file', 'delete_file'].includes(call.name));

    it('makes all tests pass that failed before', async () => {
      assert.equal((await run(root, 'npm test')).ok, false);
      for (const task of plan.tasks) await play(writes(task.id));
      const { ok, output } = await run(root, 'npm test');
      assert.ok(ok, output);
      assert.match(output, /fail 0\b/);
    });

    it('rejects a defect that is there, at the line that it names', async () => {
      const work = demoScript.conversations['work/fix-split'] ?? [];
      const firstFinish = work.findIndex((step) => callsOf(step).some(isFinish));
      const firstWrites = work.slice(0, firstFinish).flatMap(callsOf);
      await play(firstWrites.filter((call) => call.name === 'edit_file'));
      const [rejected] = named('review_code').filter((call) => call.input.approved === false);
      const [issue] = CodeReview.parse(rejected?.input).issues;
      assert.ok(issue?.line && issue.suggestion);
      const text = new TextDecoder().decode(await lane.files.read(issue.file));
      assert.match(text.split('\n')[issue.line - 1] ?? '', /left <= 0/);
      const sum = `import('./src/split.js').then(({ splitEvenly }) => console.log([...splitEvenly(-5000, ['a', 'b', 'c']).values()].reduce((l, r) => l + r)))`;
      assert.match((await run(root, `node -e "${sum}"`)).output, /^-4998$/m);
    });
  });
});

function isFinish(call: Call): boolean {
  return call.name === 'finish_task';
}
