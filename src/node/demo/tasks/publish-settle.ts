/** The demo's task `publish-settle`: the public entry, the README and a test of a whole trip. */
import type { Script } from '../../models/script.ts';
import {
  approve,
  createFile,
  editFile,
  finishTask,
  pass,
  readFile,
  runCommand,
} from '../script-calls.ts';

const amountsExport = `export { formatAmount, parseAmount } from './money.js';\n`;
const exportHeading = `## Export\n`;

const settlingUp = `## Settling up

\`settle(balances(trip))\` gives the payments that even everybody out, the largest first:

\`\`\`js
for (const { from, to, cents } of settle(balances(trip))) {
  console.log(\`\${from} pays \${to} \${formatAmount(cents)}\`);
}
\`\`\`

`;

const tripTest = `import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { test } from 'node:test';
import { balances, formatAmount, settle } from '../src/index.js';

const example = new URL('../examples/lisbon.json', import.meta.url);
const lisbon = JSON.parse(await readFile(example, 'utf8'));

test('the balances of a whole trip add up to zero', () => {
  const sum = [...balances(lisbon).values()].reduce((left, right) => left + right, 0);
  assert.equal(sum, 0);
});

test('two payments settle the Lisbon trip', () => {
  const payments = settle(balances(lisbon)).map(
    ({ from, to, cents }) => \`\${from} pays \${to} \${formatAmount(cents)}\`,
  );
  assert.deepEqual(payments, ['Carl pays Ana 74.12', 'Bea pays Ana 6.99']);
});

test('after the payments nobody owes anything', () => {
  const open = balances(lisbon);
  for (const { from, to, cents } of settle(open)) {
    open.set(from, open.get(from) + cents);
    open.set(to, open.get(to) - cents);
  }
  assert.deepEqual([...open.values()], [0, 0, 0]);
});
`;

export const publishSettle: Script['conversations'] = {
  'work/publish-settle': [
    {
      thinking: 'All parts are merged into this copy. The entry, the README and the example first.',
      delayMs: 1100,
      calls: [
        readFile('src/index.js'),
        readFile('README.md'),
        readFile('src/settle.js'),
        readFile('examples/lisbon.json'),
      ],
    },
    {
      thinking:
        'I work the Lisbon trip out by hand, so that the test has figures of its own: the flat by weights, the dinner and the tram among three, the taxi among two, and the deposit back as a refund.',
      delayMs: 2200,
      calls: [
        editFile(
          'src/index.js',
          amountsExport,
          `${amountsExport}export { settle } from './settle.js';\n`,
        ),
        editFile('README.md', exportHeading, `${settlingUp}${exportHeading}`),
        createFile('test/trip.test.js', tripTest),
      ],
    },
    {
      text: 'Now everything together.',
      delayMs: 700,
      calls: [runCommand('npm test')],
    },
    {
      delayMs: 1000,
      calls: [
        finishTask(
          'settle is exported from src/index.js and shown in README.md. test/trip.test.js takes the Lisbon trip through the public entry, with payments worked out by hand. Checked with npm test, all files.',
        ),
      ],
    },
  ],
  'review-code/publish-settle/*': [
    {
      thinking:
        'The figures in the test: do they follow from the example, or from the code? I reckon them again.',
      delayMs: 1300,
      calls: [readFile('examples/lisbon.json'), readFile('test/trip.test.js')],
    },
    {
      delayMs: 1000,
      calls: [
        approve('The expected payments follow from the example, and the README shows real names.'),
      ],
    },
  ],
  'validate-work/publish-settle/*': [
    {
      delayMs: 1500,
      calls: [
        pass('npm test passed as a whole; a lost cent would break the sum in test/trip.test.js.'),
      ],
    },
  ],
};
