/** The demo's task `fix-amounts`: two small mistakes in src/money.js, mended where they are. */
import type { Script } from '../../models/script.ts';
import { approve, editFile, finishTask, pass, readFile, runCommand } from '../script-calls.ts';

const parseBefore = `  const [, sign, whole, fraction = '0'] = match;
  const cents = Number(whole.replaceAll(',', '')) * 100 + Number(fraction);`;

const parseAfter = `  const [, sign, whole, fraction = ''] = match;
  const cents = Number(whole.replaceAll(',', '')) * 100 + Number(fraction.padEnd(2, '0'));`;

const formatBefore = `  const whole = Math.trunc(cents / 100);
  const rest = String(Math.abs(cents % 100)).padStart(2, '0');
  return \`\${whole}.\${rest}\`;`;

const formatAfter = `  const sign = cents < 0 ? '-' : '';
  const digits = String(Math.abs(cents)).padStart(3, '0');
  return \`\${sign}\${digits.slice(0, -2)}.\${digits.slice(-2)}\`;`;

export const fixAmounts: Script['conversations'] = {
  'work/fix-amounts': [
    {
      thinking: 'The module and what its tests expect, then the failures themselves.',
      delayMs: 1000,
      calls: [
        readFile('src/money.js'),
        readFile('test/money.test.js'),
        runCommand('node --test test/money.test.js'),
      ],
    },
    {
      thinking:
        "Two causes. In '12.5' the fraction is '5', and that is read as 5 cents: it has to be filled up to two digits. And -50 cents have no whole part, so the sign disappears with it: the sign has to be kept apart from the digits.",
      delayMs: 1900,
      calls: [
        editFile('src/money.js', parseBefore, parseAfter),
        editFile('src/money.js', formatBefore, formatAfter),
      ],
    },
    {
      delayMs: 700,
      calls: [runCommand('node --test test/money.test.js')],
    },
    {
      delayMs: 1000,
      calls: [
        finishTask(
          'parseAmount fills the fraction up to two digits, so 12.5 is 1250 cents. formatAmount writes the sign apart from the digits, so -50 cents are -0.50. Checked with node --test test/money.test.js.',
        ),
      ],
    },
  ],
  'review-code/fix-amounts/*': [
    {
      thinking:
        "Without a fraction padEnd gives '00', so '12' is still 1200. -0 has no sign and is written 0.00. Three digits at least, so there is always one before the point.",
      delayMs: 1600,
      calls: [approve('Both causes are mended where they are, in three lines each.')],
    },
  ],
  'validate-work/fix-amounts/*': [
    {
      delayMs: 1200,
      calls: [pass('The test file is unchanged, and its last run in the lane passed.')],
    },
  ],
};
