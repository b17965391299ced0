/** What the demo's script says before anything is changed: triage, plan, its check, and the team. */
import type { Script, Step } from '../models/script.ts';
import { demoPlan } from './demo-plan.ts';
import { demoTeam } from './demo-team.ts';
import { listFiles, pass, readFile, searchFiles } from './script-calls.ts';

const firstPlan: Step = {
  thinking:
    'Three separate causes, three modules that do not touch each other: amounts, split, settle. The old export is a fourth, and the README says that it may go. These four can begin at once. The public entry and a test of a whole trip need all of them, so they come last.',
  delayMs: 2600,
  calls: [{ name: 'generate_plan', input: demoPlan }],
};

/** A script has no other plan to offer, and says so. */
const samePlanAgain: Step = {
  text: 'A script cannot follow wishes, so here is the same plan again. With a real model behind Muster your feedback would change it.',
  delayMs: 1200,
  calls: [{ name: 'generate_plan', input: demoPlan }],
};

export const demoPlanning: Script['conversations'] = {
  triage: [
    {
      delayMs: 900,
      calls: [
        {
          name: 'analyze_request',
          input: {
            strategy: 'complex',
            reasoning:
              'Files are created, changed and deleted, tests are run, and the parts do not depend on each other.',
            needs_clarification: false,
          },
        },
      ],
    },
  ],
  plan: [
    {
      thinking: 'First the lie of the land: what the library does and how it is laid out.',
      delayMs: 1200,
      calls: [listFiles(), readFile('README.md'), readFile('package.json')],
    },
    {
      thinking:
        'Tests for money, split and settle, and there is no src/settle.js. Now the tests beside the modules that they test.',
      delayMs: 1500,
      calls: [
        readFile('test/money.test.js'),
        readFile('src/money.js'),
        readFile('test/split.test.js'),
        readFile('src/split.js'),
        readFile('test/settle.test.js'),
        searchFiles('exportCsvV1'),
      ],
    },
    firstPlan,
    samePlanAgain,
    samePlanAgain,
    samePlanAgain,
  ],
  'check-plan/*': [
    {
      thinking:
        'Is anything missing? Each failing test belongs to one task, the entry is changed by two tasks of which one waits for the other, and no two tasks that run together share a file. I want to see how balances uses split.',
      delayMs: 1300,
      calls: [readFile('src/balances.js')],
    },
    {
      delayMs: 1000,
      calls: [
        pass(
          'The plan covers the whole request. Tasks that run at the same time share no file, and the last one proves that the parts work together.',
        ),
      ],
    },
  ],
  'team/*': [
    {
      thinking:
        'Two tasks are arithmetic with money: one specialist for both, side by side. The survey needs no right to write. Removing is mechanical; the algorithm and the rounding deserve the strongest model.',
      delayMs: 2200,
      calls: [{ name: 'generate_specialized_agents', input: demoTeam }],
    },
  ],
};
