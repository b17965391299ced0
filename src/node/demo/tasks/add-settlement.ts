/** The demo's task `add-settlement`: a new module that its tests have been waiting for. */
import type { Script } from '../../models/script.ts';
import { approve, createFile, finishTask, pass, readFile, runCommand } from '../script-calls.ts';

const settleModule = `/** Turns balances into the payments that even everybody out. */

/**
 * The largest debt goes to the largest credit, again and again: at most one payment fewer than
 * there are people. Ties go by name, so that the same trip always gives the same payments.
 * @param {Map<string, number>} balances cents; positive is owed money, negative owes it
 * @returns {{ from: string, to: string, cents: number }[]}
 */
export function settle(balances) {
  const sum = [...balances.values()].reduce((left, right) => left + right, 0);
  if (sum !== 0) throw new RangeError(\`Balances add up to \${sum} cents instead of 0\`);
  const open = [...balances]
    .map(([person, cents]) => ({ person, cents }))
    .sort((left, right) => (left.person < right.person ? -1 : 1));
  const payments = [];
  while (open.some(({ cents }) => cents !== 0)) {
    // Sorting is stable: where amounts are equal, names stay in order.
    const [debtor] = open.toSorted((left, right) => left.cents - right.cents);
    const [creditor] = open.toSorted((left, right) => right.cents - left.cents);
    const cents = Math.min(-debtor.cents, creditor.cents);
    payments.push({ from: debtor.person, to: creditor.person, cents });
    debtor.cents += cents;
    creditor.cents -= cents;
  }
  return payments;
}
`;

export const addSettlement: Script['conversations'] = {
  'work/add-settlement': [
    {
      thinking: 'The tests are the specification. And what do the balances look like that come in?',
      delayMs: 1100,
      calls: [readFile('test/settle.test.js'), readFile('src/balances.js')],
    },
    {
      thinking:
        'Greedy does it: the largest debt pays the largest credit, and each payment settles at least one of the two for good, so the loop ends after at most one payment fewer than there are people. Ties by name keep it the same every time.',
      delayMs: 2400,
      calls: [createFile('src/settle.js', settleModule)],
    },
    {
      delayMs: 700,
      calls: [runCommand('node --test test/settle.test.js')],
    },
    {
      delayMs: 1000,
      calls: [
        finishTask(
          'New module src/settle.js: greedy, largest debt to largest credit, ties by name; refuses balances that do not add up to zero. Checked with node --test test/settle.test.js.',
        ),
      ],
    },
  ],
  'review-code/add-settlement/*': [
    {
      thinking:
        'Each round brings one balance to zero, so the loop ends; the empty Map gives no payments. toSorted is in Node 20, which package.json asks for. The Map that comes in is not changed.',
      delayMs: 2000,
      calls: [approve('Short, deterministic, and it ends for every input that it accepts.')],
    },
  ],
  'validate-work/add-settlement/*': [
    {
      delayMs: 1500,
      calls: [pass('All five tests pass, and the test file is unchanged.')],
    },
  ],
};
