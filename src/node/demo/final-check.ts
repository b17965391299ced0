/** The demo's last look at everything together. */
import type { Script } from '../models/script.ts';
import { readFile, runCommand } from './script-calls.ts';

export const finalCheck: Script['conversations'] = {
  'final-check/*': [
    {
      thinking:
        'Each part was judged alone. Now whether they fit: the entry, the README, all tests.',
      delayMs: 1200,
      calls: [readFile('src/index.js'), readFile('README.md'), runCommand('npm test')],
    },
    {
      delayMs: 1000,
      calls: [
        {
          name: 'validate_work',
          input: {
            passed: true,
            issues: [],
            feedback:
              'The request is fulfilled: settle is there and exported, the deprecated export is gone from code and README, and no test was weakened.',
          },
        },
      ],
    },
  ],
};
