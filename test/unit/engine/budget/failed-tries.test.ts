/** Tries that fail, over the real protocol: what was billed counts, and a retry needs room like a first try. */
import assert from 'node:assert/strict';
import { createAnthropicProvider } from '../../../../src/node/models/anthropic-provider.ts';
import { type Fault, Script } from '../../../../src/node/models/script.ts';
import { openApprovals } from '../../../../src/shared/run-state.ts';
import {
  type ModelServer,
  startModelServer,
} from '../../../support/model-server/start-model-server.ts';
import { complex, creates, scriptOf } from '../../../support/runs/script-parts.ts';
import { openStage, runUntilReview, type Stage } from '../../../support/runs/scripted-run.ts';

const usage = { input: 50_000, output: 40, cacheRead: 0, cacheWrite: 0 };

describe('a try that fails', function () {
  this.timeout(30_000);
  let stage: Stage;
  let server: ModelServer;
  const begin = async (fault: Fault, ceilings: { maxTokens?: number } = {}) => {
    stage = await openStage({ files: { 'a.txt': 'a\n' }, ceilings });
    const script = scriptOf([{ id: 'add' }], {
      'work/add': creates('b.txt', 'b\n'),
      triage: complex.map((step) => ({ ...step, usage, fault })),
    });
    server = await startModelServer(Script.parse(script), { pace: 0 });
    const { apiKey, url: baseUrl } = server;
    return stage.host.start('Do it', createAnthropicProvider({ apiKey, baseUrl }));
  };
  const retries = () => stage.events.filter((each) => each.type === 'agent:retry');
  const triages = () => server.requests.filter((each) => each.conversationId === 'triage').length;
  afterEach(async () => {
    await server.close();
    await stage.close();
  });

  it('in the middle of the answer counts with what the service had reported', async () => {
    const driver = await begin({ cut: true, times: 2 });
    const state = await runUntilReview(driver);
    assert.equal(state.status, 'reviewing', state.error?.message);
    assert.deepEqual(
      retries().map(({ billed }) => [billed?.model, billed?.usage.input]),
      [
        ['claude-haiku-5-5', 50_000],
        ['claude-haiku-5-5', 50_000],
      ],
    );
    assert.ok(retries().every(({ billed }) => (billed?.costUsd ?? 0) > 0));
    const triage = state.conversations.find((each) => each.conversationId === 'triage');
    assert.equal(triage?.usage.input, 150_000);
    assert.deepEqual(state.spending.run.usage, state.usage);
    assert.deepEqual(state.spending.run.reserved, { tokens: 0, usd: 0 });
  });

  it('before the service reported anything counts as a request and nothing more', async () => {
    const driver = await begin({ status: 503, message: 'sorry', times: 2 });
    const state = await runUntilReview(driver);
    assert.equal(state.status, 'reviewing', state.error?.message);
    assert.ok(retries().length === 2 && retries().every((each) => each.billed === undefined));
    assert.equal(state.spending.run.requests, server.counts.messages);
  });

  it('is not sent again where it left no room below a ceiling, and fails nothing', async () => {
    const driver = await begin({ cut: true, times: 1 }, { maxTokens: 90_000 });
    driver.start();
    const parked = await driver.idle();
    assert.equal(parked.status, 'analyzing');
    const [approval] = openApprovals(parked);
    assert.equal(approval?.ceiling?.kind, 'tokens', 'the person is asked');
    assert.equal(triages(), 1);
    assert.ok(stage.events.some((each) => each.type === 'agent:error' && each.code === 'budget'));
    assert.ok((approval?.ceiling?.spent ?? 0) >= 50_000);
    assert.equal(parked.spending.run.reserved.tokens, 0);

    await driver.decide(approval?.approvalId as never, { decision: 'raise', limit: null }, 't');
    assert.equal((await runUntilReview(driver)).status, 'reviewing');
    assert.equal(triages(), 2);
  });
});
