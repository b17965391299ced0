/** The review in the real editor on a file of 20,000 lines and 500 hunks, and on 300 files: to the first lens, and from a decision to its redraw. */
import { mkdtemp, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { Script } from '../../src/node/models/script.ts';
import { createLarge, largeScript } from '../../test/e2e/review-workspace.ts';
import { openE2eStage, orchestrate, type Scene } from '../../test/e2e/stage.ts';
import { startModelServer } from '../../test/support/model-server/start-model-server.ts';
import {
  untilColoured,
  untilLens,
  untilMark,
} from '../../test/support/workbench/page/until-lens.ts';

const files = Number(process.argv[2] ?? 300);
const rounds = 7;

const folder = await mkdtemp(path.join(os.tmpdir(), 'muster-bench-review-'));
await createLarge(folder, files);
const server = await startModelServer(Script.parse(largeScript), { pace: 0 });
const stage = await openE2eStage({
  name: 'bench-review',
  settings: { 'muster.anthropic.baseUrl': server.url },
  env: { ANTHROPIC_API_KEY: server.apiKey },
});
try {
  const scene = await stage.open(folder);
  await orchestrate(scene, 'Change the lines.');
  await scene.panel.approve.click({ timeout: 60_000 });
  await scene.panel.allowForRun.first().click({ timeout: 60_000 });
  await scene.panel.applyAccepted.waitFor({ timeout: 120_000 });
  report(`one file of 20,000 lines, 500 hunks, beside ${files} files`, await measure(scene));
  await scene.workbench.quickInput.runCommand('View: Close All Editors');
  const all = await untilLens(scene.page, 'Accept hunk', () =>
    scene.workbench.quickInput.runCommand('Muster: Review All Changes in One Editor'),
  );
  console.log(`all ${files + 1} files in one editor: first lens after ${all.toFixed(0)} ms`);
  await scene.picture('all files');
} finally {
  await stage.close();
  await server.close();
  await rm(folder, { recursive: true, force: true });
}

type Times = { coloured: number[]; opened: number[]; marked: number[]; redrawn: number[] };

async function measure(scene: Scene): Promise<Times> {
  const times: Times = { coloured: [], opened: [], marked: [], redrawn: [] };
  const status = scene.page.locator('.statusbar-item a', { hasText: /Muster: .*undecided/ });
  for (let round = 0; round < rounds; round += 1) {
    await scene.workbench.quickInput.runCommand('View: Close All Editors');
    const opened = async () => {
      times.coloured.push(await untilColoured(scene.page, () => status.click()));
    };
    times.opened.push(await untilLens(scene.page, 'Accept hunk', opened));
    const accept = scene.page.locator('.codelens-decoration a', { hasText: 'Accept hunk' }).first();
    const marked = async () => {
      times.marked.push(await untilMark(scene.page, () => accept.click()));
    };
    times.redrawn.push(await untilLens(scene.page, 'Accepted: undo', marked));
  }
  return times;
}

function report(what: string, { coloured, opened, marked, redrawn }: Times): void {
  console.log(`${what} (${rounds} rounds, the first with everything cold)`);
  console.log(`  opening to its colours:    ${spread(coloured)}`);
  console.log(`  opening to the first lens: ${spread(opened)} (aim: 300 ms)`);
  console.log(`  decision to its mark:      ${spread(marked)} (aim: 100 ms)`);
  console.log(`  decision to changed lens:  ${spread(redrawn)} (the editor waits 250 ms at least)`);
}

function spread(times: readonly number[]): string {
  const sorted = [...times].sort((left, right) => left - right);
  const [least = 0, median = 0, most = 0] = [
    0,
    Math.floor(sorted.length / 2),
    sorted.length - 1,
  ].map((at) => sorted[at]);
  const first = times[0] ?? 0;
  const ms = (value: number) => `${value.toFixed(0)} ms`;
  return `median ${ms(median)}, ${ms(least)} to ${ms(most)}, first ${ms(first)}`;
}
