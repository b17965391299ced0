/** How events show in the tables of sessions, messages, tool calls and usage. */
import type { EventOf } from '../../shared/events.ts';
import type { Usage } from '../../shared/usage.ts';
import { type Change, type Projections, put, set } from './projection.ts';

export const conversationProjections: Projections = {
  'conversation:start': ({ runId, seq, at, conversationId, purpose, ...start }) => [
    put('sessions', {
      run_id: runId,
      conversation_id: conversationId,
      purpose: purpose.kind,
      task_id: 'taskId' in purpose ? purpose.taskId : null,
      agent: start.agent,
      model: start.model,
      system: start.system.hash,
      tools: start.tools.hash,
      started_at: at,
    }),
    put('messages', {
      run_id: runId,
      seq,
      at,
      conversation_id: conversationId,
      kind: 'first',
      body: start.first.hash,
    }),
  ],
  'conversation:note': ({ runId, seq, at, conversationId, note }) => [
    put('messages', {
      run_id: runId,
      seq,
      at,
      conversation_id: conversationId,
      kind: 'note',
      body: note.hash,
    }),
  ],
  'agent:invoke': ({ runId, conversationId, turnId }) => [
    set('sessions', { run_id: runId, conversation_id: conversationId }, { in_flight: turnId }),
  ],
  'agent:error': (event) => [
    set(
      'sessions',
      { run_id: event.runId, conversation_id: event.conversationId },
      { in_flight: null },
    ),
    ...billedChanges(event),
  ],
  'agent:retry': billedChanges,
  'agent:answer': answerChanges,
  'tool:call': ({ runId, at, callId, title }) => [
    set(
      'tool_calls',
      { run_id: runId, call_id: callId },
      { status: 'started', title, started_at: at },
    ),
  ],
  'tool:result': ({ runId, at, callId, ok, summary, content, command }) => [
    set(
      'tool_calls',
      { run_id: runId, call_id: callId },
      {
        status: ok ? 'ok' : 'error',
        summary,
        content: content.hash,
        command: command?.line,
        exit_code: command?.exitCode,
        ms: command?.ms,
        ended_at: at,
      },
    ),
  ],
};

/** A try that failed and was billed all the same. */
function billedChanges(event: EventOf<'agent:error' | 'agent:retry'>): Change[] {
  const { runId, seq, at, conversationId, turnId, billed } = event;
  if (!billed) return [];
  const row = { run_id: runId, seq, at, conversation_id: conversationId, turn_id: turnId };
  return [put('usage', { ...row, model: billed.model, ...counters(billed.usage) })];
}

function counters({ input, output, cacheRead, cacheWrite }: Usage) {
  return { input, output, cache_read: cacheRead, cache_write: cacheWrite };
}

function answerChanges(event: EventOf<'agent:answer'>): Change[] {
  const { runId, seq, at, conversationId, turnId, model, usage } = event;
  const turn = { conversation_id: conversationId, turn_id: turnId };
  return [
    set('sessions', { run_id: runId, conversation_id: conversationId }, { in_flight: null }),
    put('messages', { run_id: runId, seq, at, ...turn, kind: 'answer', body: event.answer.hash }),
    put('usage', { run_id: runId, seq, at, ...turn, model, ...counters(usage) }),
    ...event.calls.map(({ callId, name }) =>
      put('tool_calls', { run_id: runId, call_id: callId, ...turn, name, status: 'new' }),
    ),
  ];
}
