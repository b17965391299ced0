/** `npm run replay -- REPO FROM TO`: plays the difference of two revisions of any repository through a whole run. */
import process from 'node:process';
import { replay } from './replay.ts';

const [repository, from, to, ...more] = process.argv.slice(2);
if (repository === undefined || from === undefined || to === undefined || more.length > 0) {
  process.stderr.write(
    'npm run replay -- REPO FROM TO\nFROM and TO are revisions; "empty" is a tree without files.\n',
  );
  process.exitCode = 2;
} else {
  const report = await replay(repository, { from, to });
  for (const each of report.leftOut) process.stdout.write(`left out: ${each}\n`);
  for (const each of report.problems) process.stdout.write(`${each}\n`);
  const { files, hunks, tasks, seconds } = report;
  process.stdout.write(`${JSON.stringify({ files, hunks, tasks, seconds })}\n`);
  process.stdout.write(report.problems.length === 0 ? 'the same\n' : 'not the same\n');
  process.exitCode = report.problems.length === 0 ? 0 : 1;
}
