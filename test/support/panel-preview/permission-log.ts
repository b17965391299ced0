// The told run asks before commands run: what a yes opens, and what was allowed for the rest of the run.

import { answer, deadline } from './log-parts.ts';
import { executing, permission } from './run-log.ts';

const asked = {
  type: 'approval:requested',
  kind: 'command',
  deadline,
  taskId: 'week-numbers',
  agent: 'Calendar engineer',
};

/** An installation that names what it reaches and runs, and a command that hides what it does. */
export const permissionInFull: readonly unknown[] = [
  ...executing,
  answer('w-week', 2, { calls: ['k2'] }),
  {
    ...asked,
    approvalId: 'command-1',
    callId: 'k2',
    command: 'npm install --save-dev @date-fns/tz@1.4.1 && npm run build:declarations',
    reasons: [
      'npm installs or fetches packages from registry.npmjs.org, and packages may run scripts of their own',
      'no rule lets “npm run build:declarations” run by itself',
    ],
    scripts: [
      'prebuild:declarations: node scripts/clean.js dist/types',
      'build:declarations: tsc --emitDeclarationOnly --outDir dist/types --project tsconfig.declarations.json',
    ],
    hosts: ['registry.npmjs.org', 'objects-origin.githubusercontent.com'],
    always: true,
    sandboxed: true,
  },
  {
    ...asked,
    approvalId: 'command-2',
    callId: 'c3',
    taskId: 'parser',
    command: 'npx --no-install c8 --reporter=text node --test',
    reasons: ['no rule lets “npx --no-install c8” run by itself'],
    prefix: 'npx --no-install c8',
    sandboxed: true,
  },
];

/** Nothing is asked any more: two rules stand until the run ends or they are taken back. */
export const granted: readonly unknown[] = [
  ...permission,
  {
    type: 'approval:decided',
    approvalId: 'command-1',
    by: 'person',
    decision: { decision: 'allow-run' },
  },
  {
    type: 'approval:decided',
    approvalId: 'command-2',
    by: 'person',
    decision: { decision: 'allow-run', prefix: 'npx --no-install c8 --reporter=text node --test' },
  },
];
