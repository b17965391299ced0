/** Puts a text behind every sentence of the panel's messages: whatever a model, a file or a command could have said. */

const spoken: ReadonlySet<string> = new Set([
  ...['request', 'title', 'description', 'summary', 'message', 'suggestion', 'reasoning', 'why'],
  ...[
    'question',
    'text',
    'command',
    'results',
    'feedback',
    'path',
    'files',
    'reason',
    'notes',
    'first',
  ],
  ...['assumptions', 'risks', 'acceptanceCriteria', 'acceptance_criteria', 'reasons', 'scripts'],
  ...['systemPrompt', 'system_prompt', 'skills', 'specialization', 'error', 'options', 'default'],
]);

export function withHostile(value: unknown, hostile: string, key = ''): unknown {
  if (typeof value === 'string') return spoken.has(key) ? `${value} ${hostile}` : value;
  if (Array.isArray(value)) return value.map((each) => withHostile(each, hostile, key));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([name, each]) => [name, withHostile(each, hostile, name)]),
  );
}
