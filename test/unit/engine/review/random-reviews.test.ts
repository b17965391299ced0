/** Random change sets with renames and encodings, edited and decided at random: what is applied is what was meant. */
import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { acceptedWrites } from '../../../../src/engine/review/accepted-writes.ts';
import { withoutRejected } from '../../../../src/engine/review/apply-decisions.ts';
import { prepareChangeEdit } from '../../../../src/engine/run/edit-change.ts';
import { changeDecided } from '../../../../src/engine/run/told-by-person.ts';
import { createApply } from '../../../../src/node/apply/apply.ts';
import { proposeEdit } from '../../../../src/node/review/propose-edit.ts';
import {
  basePath,
  type HunkDecision,
  hasAccepted,
  type ReviewedFile,
} from '../../../../src/shared/changes.ts';
import { type EventBody, eventVersion } from '../../../../src/shared/events.ts';
import { RunId } from '../../../../src/shared/ids.ts';
import { reduce } from '../../../../src/shared/reduce.ts';
import type { RunState } from '../../../../src/shared/run-state.ts';
import { reviewing } from '../../../support/panel-preview/change-log.ts';
import { stateOf } from '../../../support/panel-preview/log-parts.ts';
import { temporaryFolders } from '../../../support/temporary-folder.ts';
import { treeOf } from '../../node/apply/tree-of.ts';
import { never, stagedWorkspace } from '../../node/staging/staged-workspace.ts';
import { seededRandom } from '../../shared/seeded-random.ts';
import { encoders, type ModelFile, ModelReview } from './model-review.ts';

const random = seededRandom();
const amount = 3;
const decisions: readonly HunkDecision[] = ['accepted', 'accepted', 'rejected', 'undecided'];

describe(`random reviews (SEED=${random.seed})`, function () {
  this.timeout(120_000);
  const makeFolder = temporaryFolders();

  for (let count = 0; count < amount; count += 1) {
    it(`apply what was accepted, and leave the rest: ${count}`, async () => {
      const review = await openReview(await makeFolder());
      for (let steps = 12; steps > 0; steps -= 1) await review.step();
      await review.apply();
    });
  }

  async function openReview(folder: string) {
    const model = new ModelReview(random);
    const place = await stagedWorkspace(folder);
    for (const [name, bytes] of model.before()) await place.write(name, bytes);
    const staging = place.staging();
    const { commit: base } = await staging.snapshot(never);
    const head = await staging.replaceFiles(base, model.proposal(), never);
    const { files } = await staging.diff(base, head, never);
    const runHead = await staging.commit(head, base, 'head');
    let state: RunState = { ...stateOf(reviewing), head: runHead };
    const fold = (body: EventBody) => {
      const { runId, updatedAt: at, seq } = state;
      state = reduce(state, { ...body, v: eventVersion, runId, at, seq });
    };
    fold({ type: 'change:ready', base, head, files });
    model.pair(files);

    const find = ({ path }: ModelFile): ReviewedFile => {
      const file = state.changes?.files.find((each) => each.path === path);
      assert.ok(file, path);
      return file;
    };
    const decide = (file: ModelFile, decision: HunkDecision, slot?: number) => {
      const line = slot === undefined ? undefined : model.lineOf(slot);
      const hunk = find(file).hunks.find((each) => each.baseStart === line);
      if (slot !== undefined) assert.ok(hunk, `${file.path}: no hunk at line ${line}`);
      const hunks = hunk && { hunks: [hunk.id] };
      for (const event of changeDecided(state, { path: file.path, decision, ...hunks }, 't')) {
        fold(event);
      }
      model.decide(file, decision, slot);
    };
    const shown = async (file: ModelFile): Promise<Uint8Array> => {
      const { changes } = state;
      const reviewed = find(file);
      assert.ok(changes);
      const before = await staging.readFile(changes.base, basePath(reviewed));
      const proposed = await staging.readFile(changes.head, file.path);
      const whole = reviewed.whole === 'rejected' ? before : proposed;
      const bytes = reviewed.hunks.length > 0 ? withoutRejected(before, proposed, reviewed) : whole;
      return bytes ?? new Uint8Array();
    };
    const save = async (file: ModelFile, saved: Uint8Array) => {
      const served = await shown(file);
      const text = { path: file.path, served, saved };
      const staged = await proposeEdit(staging, state, { text, signal: never });
      if (!staged) return;
      const others = state.changes?.files.filter((each) => each.path !== file.path);
      const context = { state: () => state, ports: { staging } };
      const eventsOf = await prepareChangeEdit(context, { ...staged, by: 't' }, never);
      for (const event of eventsOf(state)) fold(event);
      assert.deepEqual(
        state.changes?.files.filter((each) => each.path !== file.path),
        others,
      );
    };
    const check = async () => {
      assert.deepEqual(state.changes?.files.map(pairOf), model.files.map(pairOf));
      for (const file of model.files) {
        const expected = model.shown(file);
        assert.equal(latin1(await shown(file)), latin1(expected), file.path);
        const { slots, encoding } = file;
        if (slots) {
          const lines = slots.flatMap(({ was, is }, at) => (was === is ? [] : [model.lineOf(at)]));
          const { hunks } = find(file);
          assert.deepEqual(
            hunks.map((each) => each.baseStart),
            lines,
            file.path,
          );
        }
        if (find(file).hunks.length > 0 && encoders[encoding].wide) {
          assert.equal(find(file).encoding, encoding, file.path);
        }
      }
    };

    return {
      async step() {
        if (model.files.length === 0) return;
        const file = random.pick(model.files);
        const decision = random.pick(decisions);
        const changed = model.changedSlots(file);
        if (random.chance(0.3)) decide(file, decision);
        else if (changed.length > 0 && random.chance(0.5)) {
          decide(file, decision, random.pick(changed));
        } else if (file.slots && random.chance(0.6)) {
          await save(file, model.writeSlot(file));
        } else {
          await save(file, model.writeWhole(file));
          if (model.files.includes(file)) decide(file, decision);
        }
        await check();
      },
      async apply() {
        const { changes } = state;
        assert.ok(changes);
        const accepted = changes.files.filter(hasAccepted);
        const writes = await acceptedWrites(staging, changes, accepted);
        const run = RunId.parse('20260101-000000-aaaaaa');
        const apply = createApply({ workspace: place.workspace, folder: `${folder}/applies`, run });
        const before = await treeOf(place.workspace);
        const outcome = await apply.apply(writes, never);
        assert.ok(outcome.applied, JSON.stringify(outcome));
        const after = await treeOf(place.workspace);
        const expected = [...model.after()].map(([name, bytes]) => [name, `644 ${latin1(bytes)}`]);
        assert.deepEqual(after, Object.fromEntries(expected.toSorted()));
        if (writes.length === 0) return;
        await apply.revert(never);
        assert.deepEqual(await treeOf(place.workspace), before);
      },
    };
  }
});

function pairOf({ path, renamedFrom }: Pick<ReviewedFile, 'path' | 'renamedFrom'>): string {
  return `${renamedFrom ?? ''} > ${path}`;
}

function latin1(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('latin1');
}
