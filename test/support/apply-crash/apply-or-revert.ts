/** A process that applies the changes, or reverts them, and is killed before a step; run by the suite. */
import process from 'node:process';
import { createApply } from '../../../src/node/apply/apply.ts';
import { RunId } from '../../../src/shared/ids.ts';
import { fiftyChanges } from './fifty-files.ts';
import { killAfter, stepsDone } from './kill-at-step.ts';

const [kind, workspace = '', folder = '', run = '', lastStep = ''] = process.argv.slice(2);
const never = new AbortController().signal;
const apply = createApply({ workspace, folder, run: RunId.parse(run) });

if (kind === 'revert') await apply.apply(fiftyChanges, never);
await killAfter(lastStep === '' ? Number.POSITIVE_INFINITY : Number(lastStep));
if (kind === 'revert') await apply.revert(never);
else await apply.apply(fiftyChanges, never);
process.stdout.write(`${stepsDone()}\n`);
