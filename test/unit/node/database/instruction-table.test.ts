/** What people tell a run: all or nothing, in order, the first decision counts until it is refused. */
import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import type { Given } from '../../../../src/node/database/instruction-table.ts';
import { ApprovalId, RunId } from '../../../../src/shared/ids.ts';
import { noon, contractRun as runId } from '../../contract/journal.ts';
import { openedDatabases } from './opened-databases.ts';

const at = noon.toISOString();
const deciding = (by: string, id = 'question'): Given => ({
  instruction: {
    do: 'decide',
    approvalId: ApprovalId.parse(id),
    decision: { decision: 'deny' },
  },
  by,
  at,
});
const pausing: Given = { instruction: { do: 'pause' }, by: 'me', at };

describe('what people tell a run', function () {
  this.timeout(30_000);
  const { makeFolder, open } = openedDatabases();

  it('is kept in order over the end of the process, for who executes the run next', async () => {
    const folder = await makeFolder();
    const first = await open(folder);
    await first.createRun(runId);
    await first.instruct(runId, [pausing, deciding('me')]);
    await first.instruct(runId, [{ ...pausing, instruction: { do: 'continue' } }]);
    await first.close();
    const told = await (await open(folder)).openInstructions(runId);
    assert.deepEqual(
      told.map(({ instruction, by }) => [JSON.parse(instruction).do, by]),
      [
        ['pause', 'me'],
        ['decide', 'me'],
        ['continue', 'me'],
      ],
    );
  });

  it('has one decision for each question, whichever connection it comes by', async () => {
    const folder = await makeFolder();
    const [first, second] = [await open(folder), await open(folder)];
    await first.createRun(runId);
    await first.instruct(runId, [deciding('one')]);
    const late = { code: 'wrong-decision', message: /decided already, by one/ };
    await assert.rejects(second.instruct(runId, [pausing, deciding('two')]), late);
    assert.equal((await first.openInstructions(runId)).length, 1, 'nothing of what was refused');
    await second.instruct(runId, [deciding('two', 'another question')]);
  });

  it('leaves a question open whose decision was refused, and says why to who waits', async () => {
    const folder = await makeFolder();
    const [first, second] = [await open(folder), await open(folder, { poll: 5 })];
    await first.createRun(runId);
    const number = await second.instruct(runId, [deciding('one')]);
    const settled = second.settled(number, new AbortController().signal);
    await first.settle(number, { status: 'refused', reason: 'Not now.' });
    await first.settle(number, { status: 'done' });
    assert.deepEqual(await settled, { status: 'refused', reason: 'Not now.' });
    await second.instruct(runId, [deciding('two')]);
  });

  it('reaches who waits for it, and is not taken for a run that is not there', async () => {
    const folder = await makeFolder();
    const [first, second] = [await open(folder, { poll: 5 }), await open(folder)];
    await first.createRun(runId);
    const next = first.nextInstructions(runId, 0, new AbortController().signal);
    const number = await second.instruct(runId, [pausing]);
    assert.deepEqual(
      (await next).map((each) => each.number),
      [number],
    );
    await assert.rejects(first.instruct(RunId.parse('unknown'), [pausing]), { code: 'not-found' });
  });
});
