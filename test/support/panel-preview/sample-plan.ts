// The request, plan and team that the told runs are about.

import { Plan } from '../../../src/shared/plan.ts';
import { Team } from '../../../src/shared/team.ts';

export const request = `Dates in this project are wrong for people outside UTC: "2024-02-30" is accepted, and the week number of the first days of January is off by one.

Fix the parser and the week numbers, keep the public API as it is, remove the old moment-based helper that nothing uses any more, and make the tests cover leap years, both ends of a year and at least three time zones.`;

export const plan = Plan.parse({
  summary:
    'Dates are parsed strictly and independent of the time zone, week numbers follow ISO 8601, the unused moment helper is gone, and the tests cover leap years, both ends of a year and three time zones.',
  assumptions: [
    'The public API is what src/index.ts exports today.',
    'Nothing outside this folder imports src/legacy/moment-helper.ts.',
  ],
  risks: [
    'Callers that relied on "2024-02-30" becoming 1 March now get an error.',
    'Week numbers stored earlier differ from those computed now.',
  ],
  tasks: [
    {
      id: 'parser',
      title: 'Parse dates strictly and without the local time zone',
      description: 'Rewrite parseDate in src/parse-date.ts. Leave its signature as it is.',
      specialization: 'TypeScript date arithmetic',
      dependencies: [],
      priority: 9,
      acceptance_criteria: [
        'parseDate("2024-02-30") throws a RangeError that names the value',
        'The result does not depend on TZ',
      ],
      permission: 'read_write',
      files: ['src/parse-date.ts'],
    },
    {
      id: 'week-numbers',
      title: 'Compute ISO 8601 week numbers',
      description: 'Mend weekOf in src/week.ts for the first and last days of a year.',
      specialization: 'TypeScript date arithmetic',
      dependencies: [],
      priority: 8,
      acceptance_criteria: ['1 January 2021 is in week 53 of 2020'],
      permission: 'read_write',
      files: ['src/week.ts'],
    },
    {
      id: 'remove-moment',
      title: 'Remove the unused moment helper',
      description: 'Delete src/legacy/moment-helper.ts and its dependency.',
      specialization: 'Code clean-up',
      dependencies: [],
      priority: 3,
      acceptance_criteria: ['Nothing imports moment'],
      permission: 'read_write',
      files: ['src/legacy/moment-helper.ts', 'package.json'],
    },
    {
      id: 'tests',
      title: 'Cover leap years, ends of years and three time zones',
      description: 'Write the tests, and run them with the terminal tool.',
      specialization: 'Test author',
      dependencies: ['parser', 'week-numbers'],
      priority: 7,
      acceptance_criteria: ['npm test passes', 'Each case runs in three time zones'],
      permission: 'read_write',
      files: ['test/parse-date.test.ts', 'test/week.test.ts'],
    },
    {
      id: 'audit',
      title: 'Audit the public API for changes',
      description: 'Compare what src/index.ts exports before and after.',
      specialization: 'API reviewer',
      dependencies: ['tests', 'remove-moment'],
      priority: 5,
      acceptance_criteria: ['The list of exports is the same'],
      permission: 'read_only',
    },
  ],
});

export const team = Team.parse({
  agents: [
    {
      name: 'Calendar engineer',
      type: 'TypeScript date arithmetic',
      system_prompt:
        'You know the Gregorian calendar and ISO 8601 by heart.\n\nWork in small steps. Read a file before you change it, keep public signatures, and never use the local time zone.\nFinish with finish_task and say what you changed.',
      skills: ['ISO 8601', 'strict parsing', 'time zones'],
      tools: ['file_read', 'search', 'file_write', 'terminal'],
      model: 'claude-sonnet-5-5',
      permission: 'read_write',
    },
    {
      name: 'Housekeeper',
      type: 'Code clean-up',
      system_prompt: 'You remove what is not used, and prove first that it is not.',
      skills: ['dead code'],
      tools: ['file_read', 'search', 'file_write'],
      model: 'claude-haiku-5-5',
      permission: 'read_write',
    },
    {
      name: 'Test author',
      type: 'Tests for date and time code',
      system_prompt: 'You write tests that read as sentences.',
      skills: ['node:test', 'boundary values', 'property tests'],
      tools: ['file_read', 'search', 'file_write', 'terminal'],
      model: 'claude-sonnet-5-5',
      permission: 'read_write',
    },
    {
      name: 'API reviewer',
      type: 'Compatibility of public interfaces',
      system_prompt: 'You compare exports.',
      skills: [],
      tools: ['file_read', 'search'],
      model: 'claude-haiku-5-5',
      permission: 'read_only',
    },
  ],
  task_assignments: [
    { agent: 'Calendar engineer', tasks: ['parser', 'week-numbers'] },
    { agent: 'Housekeeper', tasks: ['remove-moment'] },
    { agent: 'Test author', tasks: ['tests'] },
    { agent: 'API reviewer', tasks: ['audit'] },
  ],
});
