/** Every fault of the service at every role, over the real protocol. */
import assert from 'node:assert/strict';
import { createAnthropicProvider } from '../../../src/node/models/anthropic-provider.ts';
import { type Fault, Script } from '../../../src/node/models/script.ts';
import type { RunState } from '../../../src/shared/run-state.ts';
import {
  type ModelServer,
  startModelServer,
} from '../../support/model-server/start-model-server.ts';
import { call, creates, scriptOf } from '../../support/runs/script-parts.ts';
import {
  openStage,
  runUntilReview,
  type ScriptInput,
  type Stage,
} from '../../support/runs/scripted-run.ts';

const roles = [
  'triage',
  'plan',
  'check-plan/1',
  'team/1',
  'work/add',
  'review-code/add/1',
  'validate-work/add/1',
];

describe('a fault of the service', () => {
  let stage: Stage;
  let server: ModelServer | undefined;
  beforeEach(async () => {
    stage = await openStage({ files: { 'a.txt': 'a\n' } });
  });
  afterEach(async () => {
    await server?.close();
    await stage.close();
  });

  const withFault = (role: string, fault: Fault): ScriptInput => {
    const script = scriptOf([{ id: 'add' }], { 'work/add': creates('b.txt', 'b\n') });
    const steps =
      script.conversations[role] ?? script.conversations[role.replace(/\/(?:add\/)?\d$/, '/*')];
    assert.ok(steps, role);
    return {
      ...script,
      conversations: {
        ...script.conversations,
        [role]: steps.map((step, turn) => (turn === 0 ? { ...step, fault } : step)),
      },
    };
  };

  const run = async (script: ScriptInput): Promise<RunState> => {
    server = await startModelServer(Script.parse(script), { pace: 0 });
    const provider = createAnthropicProvider({ apiKey: server.apiKey, baseUrl: server.url });
    const driver = await stage.host.start('Do it', provider);
    return runUntilReview(driver);
  };

  const passing: Array<[string, Fault, string]> = [
    [
      'a rate limit',
      { status: 429, message: 'slow down', retryAfter: 1, times: 3 },
      'limit:paused',
    ],
    ['an overload', { status: 529, message: 'overloaded', times: 3 }, 'limit:paused'],
    ['a failing service', { status: 503, message: 'sorry', times: 3 }, 'agent:retry'],
    ['a connection cut in the middle', { cut: true, times: 2 }, 'agent:retry'],
    ['an answer that is no answer', { malformed: true, times: 2 }, 'agent:retry'],
  ];
  for (const [name, fault, event] of passing) {
    it(`is got over at every role: ${name}`, async function () {
      this.timeout(60_000);
      for (const role of roles) {
        const state = await run(withFault(role, fault));
        assert.equal(
          state.status,
          'reviewing',
          `${role}: ${state.error?.message ?? state.tasks[0]?.error}`,
        );
        assert.equal(state.resent, fault.times, role);
        assert.ok(
          stage.events.some((each) => each.type === event),
          role,
        );
        stage.events.length = 0;
        await server?.close();
      }
    });
  }

  it('that does not pass fails the run at a role, and the task alone in a task, with the reason', async function () {
    this.timeout(60_000);
    for (const role of roles) {
      const state = await run(withFault(role, { status: 500, message: 'broken for good' }));
      assert.equal(state.status, 'failed', role);
      assert.match(state.error?.message ?? '', /broken for good/, role);
      const retries = stage.events.filter((each) => each.type === 'agent:retry');
      assert.equal(retries.length, 4, role);
      assert.ok(
        stage.events.some((each) => each.type === 'agent:error'),
        role,
      );
      const failedTask = stage.events.some((each) => each.type === 'task:error');
      assert.equal(failedTask, role.includes('add'), role);
      stage.events.length = 0;
      await server?.close();
    }
  });

  it('does not fail the tasks beside the one it hits', async () => {
    const script = scriptOf([{ id: 'bad' }, { id: 'good' }], {
      'work/bad': [
        { ...call('read_file', { path: 'a.txt' })[0], fault: { status: 500, message: 'broken' } },
      ],
      'work/good': creates('g.txt', 'g\n'),
    });
    const state = await run(script);
    assert.deepEqual(
      state.tasks.map((task) => task.status),
      ['failed', 'done'],
    );
    assert.equal(state.status, 'reviewing');
  });

  it('in the key stops the run at once', async () => {
    const state = await run(withFault('work/add', { status: 401, message: 'no longer valid' }));
    assert.equal(state.status, 'failed');
    assert.equal(state.error?.code, 'model-auth');
    assert.equal(state.resent, 0);
  });
});
