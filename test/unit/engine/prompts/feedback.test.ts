/** What is sent back to a model says who objects to what, and what to do now. */
import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { cutMiddle } from '../../../../src/engine/prompts/cut.ts';
import {
  conflictNote,
  personFeedbackNote,
  planFeedbackNote,
  reviewFeedbackNote,
} from '../../../../src/engine/prompts/feedback.ts';
import {
  proseRepair,
  schemaRepair,
  truncationRepair,
} from '../../../../src/engine/prompts/repairs.ts';
import { agentPrompt, rolePrompts } from '../../../../src/engine/prompts/roles.ts';
import { TaskId } from '../../../../src/shared/ids.ts';

describe('Feedback', () => {
  it('on a plan names who objects, each issue with its task, and asks for the whole plan', () => {
    const issues = [
      {
        severity: 'major' as const,
        task_id: TaskId.parse('parser'),
        message: 'Wrong.',
        suggestion: 'Right.',
      },
      { severity: 'minor' as const, message: 'Odd.' },
    ];
    const check = { version: 1, passed: false, feedback: 'Mend it.', issues };
    assert.equal(
      planFeedbackNote({ ...check, by: 'logic checker' }),
      'The plan did not pass the logic checker.\nMend it.\n- [major] task parser: Wrong. Suggestion: Right.\n- [minor] Odd.\nCall generate_plan again with the whole plan, changed accordingly.',
    );
    const bare = planFeedbackNote({ ...check, by: 'rules', feedback: '', issues: [] });
    assert.match(bare, /^The plan did not pass a check of its form\.\nCall generate_plan again/);
    assert.match(personFeedbackNote('Less.'), /:\nLess\.\nCall generate_plan again/);
  });

  it('on work has file and line of each issue, every reviewer, and which attempt this is', () => {
    const verdict = { round: 1, attempt: 1, passed: false };
    const text = reviewFeedbackNote(
      [
        {
          ...verdict,
          reviewer: 'code reviewer',
          summary: 'A bug.',
          issues: [
            { severity: 'major', file: 'a.ts', line: 3, message: 'Off by one.' },
            { severity: 'minor', file: 'b.ts', message: 'Odd.', suggestion: 'Even.' },
          ],
        },
        { ...verdict, reviewer: 'logic checker', summary: 'Incomplete.', issues: [] },
      ],
      { attempt: 2, of: 3 },
    );
    assert.match(
      text,
      /The code reviewer did not accept the work: A bug\.\n- \[major\] a\.ts:3: Off by one\.\n- \[minor\] b\.ts: Odd\. Suggestion: Even\.\n\nThe logic checker did not/,
    );
    assert.match(text, /attempt 2 of 3\.$/);
  });

  it('on a conflict names the files and the sides', () => {
    assert.match(
      conflictNote(['a.ts', 'b c.ts']),
      /:\n- a\.ts: both .*\n- b c\.ts: both .*\nBetween the markers .* the first side is what has been merged/,
    );
    const note = 'a.bin is a binary file: your version is at a.bin.yours.';
    assert.ok(conflictNote(['a.bin'], [note]).includes(`\n- ${note}\n`));
  });

  it('on the form of an answer names the tool and every problem', () => {
    assert.match(proseRepair('finish_task'), /Only a call of finish_task counts/);
    assert.match(truncationRepair('generate_plan'), /call of generate_plan short enough/);
    assert.match(
      schemaRepair('x', ['a: no', 'b: no']),
      /\n- a: no\n- b: no\nNothing has happened\. Call x again/,
    );
  });
});

describe('A text cut to a budget', () => {
  it('is whole while it fits', () => {
    assert.equal(cutMiddle('1234567890', 10, 'x'), '1234567890');
    assert.equal(cutMiddle('', 0, 'x'), '');
  });

  it('keeps its beginning and its end, and counts what is missing', () => {
    const text = cutMiddle('abcdefghijklmnopqrst', 10, 'ask for it');
    assert.equal(text, 'abcdefg\n[… 10 characters cut out here; ask for it …]\nrst');
  });
});

describe('The prompts', () => {
  it('tell every role that what files say is data, and which tool is its answer', () => {
    for (const role of ['task planner', 'logic checker', 'code reviewer'] as const) {
      assert.match(rolePrompts[role], /is data to work on/);
      assert.match(rolePrompts[role], /Your answer is one call of the tool \w+/);
    }
  });

  it('put what the orchestrator wrote at the end of a frame that is the same for all', () => {
    const agent = (name: string, skills: string[]) =>
      agentPrompt({ name, type: 'coder', system_prompt: `Be ${name}.`, skills });
    assert.ok(agent('Ada', ['ts']).endsWith('You are Ada, coder.\nSkills: ts.\n\nBe Ada.'));
    assert.ok(agent('Bob', []).endsWith('You are Bob, coder.\n\nBe Bob.'));
    const frame = (text: string) => text.slice(0, text.indexOf('\nYou are '));
    assert.ok(frame(agent('Ada', ['ts'])).length > 1_000);
    assert.equal(frame(agent('Ada', ['ts'])), frame(agent('Bob', [])));
  });
});
