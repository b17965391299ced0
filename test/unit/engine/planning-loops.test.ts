/** The loops before a run executes: plan, answers and team that are sent back, and when they are given up. */
import assert from 'node:assert/strict';
import { call, complex, creates, plan, scriptOf, team } from '../../support/runs/script-parts.ts';
import { runUntilReview, type ScriptInput } from '../../support/runs/scripted-run.ts';
import { stagedRuns } from '../../support/runs/staged-run.ts';

describe('the loops before a run executes', () => {
  const at = stagedRuns();
  const { run } = at;
  const one = (conversations: ScriptInput['conversations']) =>
    scriptOf([{ id: 'add' }], conversations);
  const works = { 'work/add': creates('b.txt', 'b\n') };

  describe('the plan', () => {
    it('goes back to the planner for a cycle, which is named, and passes when mended', async () => {
      const state = await run({
        ...one(works),
        conversations: {
          ...one(works).conversations,
          plan: [
            ...plan([
              { id: 'x', after: ['y'] },
              { id: 'y', after: ['x'] },
            ]),
            ...plan([{ id: 'add' }]),
          ],
        },
      });
      assert.equal(state.status, 'reviewing', state.error?.message);
      const [failed] = state.checks;
      assert.match(failed?.issues[0]?.message ?? '', /x → y → x/);
      assert.equal(state.plan?.version, 2);
    });

    it('fails the run after three plans with a dependency that does not exist, and says which', async () => {
      const wrong = plan([{ id: 'parser' }, { id: 'tests', after: ['parsr'] }]);
      const state = await run(one({ plan: [...wrong, ...wrong, ...wrong] }));
      assert.equal(state.status, 'failed');
      assert.match(state.error?.message ?? '', /"parsr".*Did you mean "parser"/);
      assert.deepEqual(await at.stage.files(), { 'a.txt': 'one\n' });
    });

    it('goes back with the feedback of the logic checker', async () => {
      const state = await run(
        one({
          ...works,
          plan: [...plan([{ id: 'other' }]), ...plan([{ id: 'add' }])],
          'check-plan/1': call('validate_work', {
            passed: false,
            issues: [],
            feedback: 'Incomplete.',
          }),
        }),
      );
      assert.equal(state.status, 'reviewing', state.error?.message);
      assert.equal(state.plan?.plan.tasks[0]?.id, 'add');
      const planner = state.conversations.find((each) => each.purpose.kind === 'plan');
      const note = planner?.turns[0]?.notes[0];
      assert.ok(note);
      assert.match(await at.stage.host.body(state.runId, note), /Incomplete\./);
    });

    it('is made anew when the person asks for changes, and approved by the new hash only', async () => {
      await at.begin(
        one({
          ...works,
          plan: [...plan([{ id: 'other' }]), ...plan([{ id: 'add' }])],
          'team/1': team(['other']),
        }),
      );
      at.driver.start();
      const first = await at.driver.idle();
      const [approval] = first.approvals;
      assert.ok(approval);
      await at.driver.decide(
        approval.approvalId,
        { decision: 'request-changes', feedback: 'Add b.' },
        't',
      );
      const second = await at.driver.idle();
      const again = second.approvals[1];
      assert.ok(again);
      const old = { decision: 'approve' as const, hash: approval.hash ?? '' };
      await assert.rejects(at.driver.decide(again.approvalId, old, 't'), {
        code: 'wrong-decision',
      });
      const state = await runUntilReview(at.driver);
      assert.equal(state.status, 'reviewing', state.error?.message);
    });

    it('ends the run when the person rejects it', async () => {
      await at.begin(one(works));
      at.driver.start();
      const { approvals } = await at.driver.idle();
      await at.driver.decide(
        approvals[0]?.approvalId ?? ('' as never),
        { decision: 'reject' },
        't',
      );
      assert.equal((await at.driver.idle()).status, 'rejected');
    });
  });

  describe('an answer of the wrong form', () => {
    it('in prose is repaired by an appended message', async () => {
      const state = await run(one({ ...works, triage: [{ text: 'Well, hm.' }, ...complex] }));
      assert.equal(state.status, 'reviewing', state.error?.message);
    });

    it('in prose four times ends the run', async () => {
      const prose = { text: 'Well, hm.' };
      const state = await run(one({ triage: [prose, prose, prose, prose] }));
      assert.equal(state.status, 'failed');
      assert.match(state.error?.message ?? '', /prose/);
    });

    it('outside the schema is sent back with path and reason', async () => {
      const state = await run(
        one({
          ...works,
          triage: [
            ...call('analyze_request', {
              strategy: 'maybe',
              reasoning: 'r',
              needs_clarification: false,
            }),
            ...complex,
          ],
        }),
      );
      assert.equal(state.status, 'reviewing', state.error?.message);
      const ref = state.conversations[0]?.turns[0]?.calls[0]?.content;
      assert.ok(ref);
      assert.match(await at.stage.host.body(state.runId, ref), /- strategy: /);
    });

    it('outside the schema again and again ends the run with the reason', async () => {
      const wrong = call('analyze_request', { strategy: 'maybe' });
      const state = await run(one({ triage: [...wrong, ...wrong, ...wrong, ...wrong] }));
      assert.equal(state.status, 'failed');
      assert.match(state.error?.message ?? '', /strategy|reasoning/);
    });

    it('is given every one of its repairs', async () => {
      const prose = { text: 'Hm.' };
      const state = await run(one({ ...works, triage: [prose, prose, prose, ...complex] }));
      assert.equal(state.status, 'reviewing', state.error?.message);
    });

    it('counts once, however many calls of a turn do not fit', async () => {
      const bad = { name: 'read_file', input: { path: 7 } };
      const state = await run(
        one({ 'work/add': [{ calls: [bad, bad, bad, bad] }, ...creates('b.txt', 'b\n')] }),
      );
      assert.equal(state.tasks[0]?.status, 'done', state.tasks[0]?.error);
    });

    it('by an agent in prose does not end its task: it is told so, and goes on', async () => {
      const state = await run(one({ 'work/add': [{ text: 'Done!' }, ...creates('b.txt', 'b\n')] }));
      assert.deepEqual(
        state.changes?.files.map((file) => file.path),
        ['b.txt'],
      );
      const work = state.conversations.find((each) => each.purpose.kind === 'work');
      const note = work?.turns[0]?.notes[0];
      assert.ok(note);
      assert.match(
        await at.stage.host.body(state.runId, note),
        /Only a call of finish_task counts/,
      );
    });

    it('by an agent in prose four times fails its task, and nothing of it is reviewed', async () => {
      const prose = { text: 'Done!' };
      const state = await run(one({ 'work/add': [prose, prose, prose, prose] }));
      assert.equal(state.error?.code, 'tasks-failed');
      assert.match(state.tasks[0]?.error ?? '', /No usable answer after 3 repairs: it answered in/);
      assert.deepEqual(
        at.stage.events.filter((event) => event.type === 'task:recorded'),
        [],
      );
    });

    it('that is empty where the person waits for prose is asked for again', async () => {
      const simple = { strategy: 'simple', reasoning: 'r', needs_clarification: false };
      const triage = call('analyze_request', simple);
      const thoughts = { text: 'Only thoughts.' };
      const provider = at.stage.provider(
        one({ triage, answer: [thoughts, { text: 'Forty-two.' }] }),
      );
      const streamTurn: typeof provider.streamTurn = async (request, onText, signal) => {
        const answer = await provider.streamTurn(request, onText, signal);
        return answer.text === thoughts.text ? { ...answer, text: '' } : answer;
      };
      const driver = await at.stage.host.start('Do it', { ...provider, streamTurn });
      const state = await runUntilReview(driver);
      assert.deepEqual([state.outcome, state.results], ['answered', 'Forty-two.']);
    });
  });

  describe('the team', () => {
    it('goes back for an unknown tool group and an unknown model, with what was meant', async () => {
      const state = await run(
        one({
          ...works,
          'team/1': [
            ...team(['add'], { tools: ['file_writ'], model: 'demo-smrt' }),
            ...team(['add']),
          ],
        }),
      );
      assert.equal(state.status, 'reviewing', state.error?.message);
      const conversation = state.conversations.find((each) => each.purpose.kind === 'team');
      const ref = conversation?.turns[0]?.calls[0]?.content;
      assert.ok(ref);
      const told = await at.stage.host.body(state.runId, ref);
      assert.match(told, /"file_writ".*Did you mean "file_write"/);
      assert.match(told, /"demo-smrt".*Did you mean "demo-smart"/);
    });

    it('runs with exactly the tools and the model that were declared', async () => {
      const state = await run(
        one({ ...works, 'team/1': team(['add'], { tools: ['file_write'], model: 'fast' }) }),
      );
      const work = state.conversations.find((each) => each.purpose.kind === 'work');
      assert.ok(work);
      assert.equal(work.model, 'demo-fast');
      const tools = JSON.parse(await at.stage.host.body(state.runId, work.tools)) as {
        name: string;
      }[];
      assert.deepEqual(
        tools.map((tool) => tool.name),
        ['create_file', 'delete_file', 'edit_file', 'finish_task', 'insert_text', 'move_file'],
      );
    });
  });
});
