/** What is sent for the clarifier's questions. */
import assert from 'node:assert/strict';
import { Question } from '../../../src/shared/answers.ts';
import {
  type AnswerDraft,
  collectAnswers,
  optionsOf,
} from '../../../src/webview/question-answers.ts';

const closed = Question.parse({
  id: 'invalid',
  question: 'What then?',
  why: 'It matters.',
  options: ['Throw', 'Ignore'],
  default: 'Throw',
});
const open = Question.parse({ id: 'zones', question: 'Which?', why: 'Time.', default: 'UTC' });

function answers(drafts: Record<string, Partial<AnswerDraft>>): Record<string, string> {
  return collectAnswers([closed, open], (id) => ({ choice: undefined, other: '', ...drafts[id] }));
}

describe('answers to questions', () => {
  it('take the preselected option, and leave an open question to its default', () => {
    assert.deepEqual(answers({}), { invalid: 'Throw' });
  });

  it('are the chosen option, or the words typed instead', () => {
    assert.deepEqual(answers({ invalid: { choice: 'Ignore' }, zones: { other: ' Asia/Tokyo ' } }), {
      invalid: 'Ignore',
      zones: 'Asia/Tokyo',
    });
    assert.deepEqual(answers({ invalid: { choice: 'Ignore', other: 'Ask' } }), { invalid: 'Ask' });
  });

  it('offer a default that is not among the options', () => {
    assert.deepEqual(optionsOf({ ...closed, default: 'Log it' }), ['Log it', 'Throw', 'Ignore']);
    assert.deepEqual(optionsOf(open), []);
  });
});
