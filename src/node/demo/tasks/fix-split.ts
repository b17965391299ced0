/** The demo's task `fix-split`: the first attempt forgets refunds, the review notices, the second mends it. */
import type { Script } from '../../models/script.ts';
import {
  approve,
  editFile,
  finishTask,
  pass,
  readFile,
  runCommand,
  searchFiles,
} from '../script-calls.ts';

const sharesBefore = `  const shares = new Map();
  for (const [person, weight] of weights) {
    shares.set(person, Math.floor((total * weight) / sum));
  }
  return shares;`;

const sharesAfter = `  const shares = new Map();
  let left = total;
  for (const [person, weight] of weights) {
    const share = Math.trunc((total * weight) / sum);
    shares.set(person, share);
    left -= share;
  }
  // Cents that do not divide go to the first who share, one each.
  for (const person of shares.keys()) {
    if (left <= 0) break;
    if (weights.get(person) === 0) continue;
    shares.set(person, shares.get(person) + 1);
    left -= 1;
  }
  return shares;`;

const spreadBefore = `  // Cents that do not divide go to the first who share, one each.
  for (const person of shares.keys()) {
    if (left <= 0) break;
    if (weights.get(person) === 0) continue;
    shares.set(person, shares.get(person) + 1);
    left -= 1;
  }`;

const spreadAfter = `  // Cents that do not divide go to the first who share, one each; a refund takes them back.
  const cent = Math.sign(left);
  for (const person of shares.keys()) {
    if (left === 0) break;
    if (weights.get(person) === 0) continue;
    shares.set(person, shares.get(person) + cent);
    left -= cent;
  }`;

const lastTest = `test('refuses an expense that nobody shares', () => {`;

const refundTests = `test('a refund gives back what the same expense took', () => {
  assert.deepEqual(values(splitEvenly(-1000, ['Ana', 'Bea', 'Carl'])), [-334, -333, -333]);
  const weights = new Map([['Ana', 0], ['Bea', 1], ['Carl', 1]]);
  const taken = splitByWeight(101, weights);
  for (const [person, share] of splitByWeight(-101, weights)) {
    assert.equal(share + taken.get(person), 0);
  }
});

${lastTest}`;

export const fixSplit: Script['conversations'] = {
  'work/fix-split': [
    {
      thinking: 'Where is the cent lost? The module, its tests, and the failures as they are now.',
      delayMs: 1000,
      calls: [
        readFile('src/split.js'),
        readFile('test/split.test.js'),
        runCommand('node --test test/split.test.js'),
      ],
    },
    {
      thinking:
        'Every share is rounded down on its own, and nobody looks at what is left. So: cut each share off at whole cents, count what remains, and hand it to the first who share, one cent each. Those without weight are passed over.',
      delayMs: 1800,
      calls: [
        editFile('src/split.js', sharesBefore, sharesAfter),
        runCommand('node --test test/split.test.js'),
      ],
    },
    {
      delayMs: 900,
      calls: [
        finishTask(
          'splitByWeight counts the cents that do not divide and gives them to the first who share, one each; who has no weight gets none. Checked with node --test test/split.test.js.',
        ),
      ],
    },
    {
      thinking:
        'Right: for a refund the rest is negative, and my loop stops before it starts. The cent has to carry the sign of the rest. A test that compares a refund with its expense keeps it that way.',
      delayMs: 1700,
      calls: [
        editFile('src/split.js', spreadBefore, spreadAfter),
        editFile('test/split.test.js', lastTest, refundTests),
        runCommand('node --test test/split.test.js'),
      ],
    },
    {
      delayMs: 900,
      calls: [
        finishTask(
          'The rest is now spread with its sign, so a refund gives back exactly what the same expense took, and a test says so. Checked with node --test test/split.test.js.',
        ),
      ],
    },
  ],
  'review-code/fix-split/1': [
    {
      thinking:
        'The loop over the rest stops at `left <= 0`. Can the total be negative? Whoever calls this decides.',
      delayMs: 1200,
      calls: [searchFiles('Refund'), searchFiles('"-', 'examples/**'), readFile('src/balances.js')],
    },
    {
      thinking:
        'The README shares refunds like any other expense, and the Lisbon example has one: -50.00 among three. Each gets -16.66, two cents are left over, and the loop never runs.',
      delayMs: 1300,
      calls: [
        {
          name: 'review_code',
          input: {
            approved: false,
            summary: 'Right for expenses, but a refund still loses cents.',
            issues: [
              {
                severity: 'major',
                file: 'src/split.js',
                line: 31,
                message:
                  'For a refund the total, and so the rest, is negative: the loop ends before it begins. splitEvenly(-5000, three people) gives -4998, so the balances of a trip with a refund do not add up to zero.',
                suggestion:
                  'Spread the rest with its sign (Math.sign(left)) until it is 0, and test that a refund gives back what the same expense took.',
              },
            ],
          },
        },
      ],
    },
  ],
  'review-code/fix-split/*': [
    {
      thinking:
        'The rest is smaller than the number of those who share, on either side of zero, so the loop always reaches 0. The new test fails on the version before.',
      delayMs: 1400,
      calls: [approve('The rest keeps its sign, and the test for refunds would have caught it.')],
    },
  ],
  'validate-work/fix-split/1': [
    {
      delayMs: 1500,
      calls: [pass('The test file is unchanged and passes, the cases with weight 0 included.')],
    },
  ],
  'validate-work/fix-split/*': [
    {
      delayMs: 1200,
      calls: [pass('All criteria hold for expenses and refunds; the tests were only added to.')],
    },
  ],
};
