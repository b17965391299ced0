/** Refuses what the real service refuses: the order of roles and blocks, forced tools, thinking, limits. */
import type { ModelInfo } from '@anthropic-ai/sdk/resources/models';
import { checkTurns } from './prefix-signature.ts';
import { refuse } from './service-error.ts';
import { checkStrictTools } from './strict-schema-check.ts';
import { type Block, blocksOf, type WireMessage, type WireRequest } from './wire.ts';

const maxMarkers = 4;

export function checkRequest(request: WireRequest, model: ModelInfo): void {
  if (model.max_tokens !== null && request.max_tokens > model.max_tokens) {
    refuse(
      `max_tokens: ${request.max_tokens} > ${model.max_tokens}, which is the maximum allowed number of output tokens for ${model.id}`,
    );
  }
  checkToolChoice(request);
  checkThinking(request, model);
  checkNames(request);
  checkMarkers(request);
  checkStrictTools(request.tools ?? []);
  checkMessages(request.messages);
  checkTurns(request);
}

function checkToolChoice({ tool_choice: choice, tools, model }: WireRequest): void {
  if (choice?.type === 'any' || choice?.type === 'tool') {
    refuse(
      `tool_choice: forced tool use (\`${choice.type}\`) is not supported by ${model}. Use \`auto\`.`,
    );
  }
  if (choice && !tools?.length)
    refuse('tool_choice: may only be specified while providing `tools`.');
}

function checkThinking({ thinking }: WireRequest, model: ModelInfo): void {
  if (!thinking || !model.capabilities) return;
  if (!model.capabilities.thinking.types[thinking.type].supported) {
    refuse(`thinking.type: \`${thinking.type}\` is not supported by ${model.id}.`);
  }
}

function checkNames({ tools }: WireRequest): void {
  const names = (tools ?? []).map((tool) => tool.name);
  if (new Set(names).size < names.length) refuse('tools: Tool names must be unique.');
}

function checkMarkers(request: WireRequest): void {
  const blocks = request.messages.flatMap(blocksOf);
  const nested = blocks.flatMap((block) =>
    block.type === 'tool_result' && Array.isArray(block.content) ? block.content : [],
  );
  const system = Array.isArray(request.system) ? request.system : [];
  const marked = [request, ...system, ...(request.tools ?? []), ...blocks, ...nested].filter(
    (part) => 'cache_control' in part && part.cache_control,
  );
  if (marked.length > maxMarkers) {
    refuse(
      `A maximum of ${maxMarkers} blocks with cache_control may be provided. Found ${marked.length}.`,
    );
  }
  for (const block of system) checkWords(block, 'system');
}

function checkMessages(messages: readonly WireMessage[]): void {
  const first = messages[0];
  if (!first) refuse('messages: at least one message is required');
  if (first.role !== 'user') refuse('messages: first message must use the "user" role');
  if (messages.at(-1)?.role !== 'user') {
    refuse(
      'This model does not support assistant message prefill. The conversation must end with a user message.',
    );
  }
  messages.forEach((message, index) => {
    const blocks = blocksOf(message);
    if (blocks.length === 0) refuse(`messages.${index}: all messages must have non-empty content`);
    for (const block of blocks) {
      checkWords(block, `messages.${index}`);
      checkBlockRole(block, message.role, index);
    }
  });
  checkToolPairs(messages);
}

function checkWords(block: Block, at: string): void {
  if (block.type === 'tool_result' && block.is_error && !block.content?.length) {
    refuse(`${at}: content cannot be empty if \`is_error\` is true`);
  }
  if (block.type === 'text' && block.text.trim() === '') {
    refuse(`${at}: text content blocks must contain non-whitespace text`);
  }
}

function checkBlockRole(block: Block, role: WireMessage['role'], index: number): void {
  const wrong =
    role === 'user'
      ? block.type === 'tool_use' || block.type === 'thinking'
      : block.type === 'tool_result';
  if (wrong)
    refuse(`messages.${index}: \`${block.type}\` blocks can not be in \`${role}\` messages`);
}

/** Every call has its result at the beginning of the next user turn, and no result is without its call. */
function checkToolPairs(messages: readonly WireMessage[]): void {
  let open = new Set<string>();
  joinTurns(messages).forEach(({ role, blocks }, index) => {
    if (role === 'assistant') {
      open = new Set(blocks.flatMap((block) => (block.type === 'tool_use' ? [block.id] : [])));
      return;
    }
    let textSeen = false;
    for (const block of blocks) {
      if (block.type === 'text') textSeen = true;
      if (block.type !== 'tool_result') continue;
      if (textSeen) refuse(`messages.${index}: \`tool_result\` blocks must come before text`);
      if (!open.delete(block.tool_use_id)) {
        refuse(
          `messages.${index}: unexpected \`tool_use_id\` found in \`tool_result\` blocks: ${block.tool_use_id}. Each \`tool_result\` block must have a corresponding \`tool_use\` block in the previous message.`,
        );
      }
    }
    if (open.size > 0) {
      refuse(
        `messages.${index}: \`tool_use\` ids were found without \`tool_result\` blocks immediately after: ${[...open].join(', ')}.`,
      );
    }
  });
}

/** Consecutive messages of one role count as one turn. */
function joinTurns(messages: readonly WireMessage[]): Array<{ role: string; blocks: Block[] }> {
  const turns: Array<{ role: string; blocks: Block[] }> = [];
  for (const message of messages) {
    const last = turns.at(-1);
    if (last?.role === message.role) last.blocks.push(...blocksOf(message));
    else turns.push({ role: message.role, blocks: [...blocksOf(message)] });
  }
  return turns;
}
