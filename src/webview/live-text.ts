/** Puts the streamed pieces of a turn together: pieces may come twice, be missed, or start over. */
import type { ConversationId, TurnId } from '../shared/ids.ts';

/** The words of a turn that is under way, as far as they were seen. */
export type LiveText = {
  conversationId: string;
  /** Where `text` begins in the whole; above 0 when earlier pieces were missed or let go. */
  from: number;
  text: string;
};

export type TextPiece = { conversationId: string; offset: number; text: string };

/** Characters kept of one turn: more than any view shows at once. */
export const keptCharacters = 40_000;

export function addPiece(live: LiveText | undefined, piece: TextPiece): LiveText {
  if (live === undefined || piece.offset > live.from + live.text.length) return begin(piece);
  if (piece.offset < live.from) return piece.offset === 0 ? begin(piece) : live;
  const at = piece.offset - live.from;
  const known = live.text.slice(at, at + piece.text.length);
  if (known === piece.text) return live;
  // What was there continues, or the request was sent again and says something else from here on.
  return keepEnd({ ...live, text: live.text.slice(0, at) + piece.text });
}

/** The words of the turn that a conversation is in, if any came yet. */
export function liveTextOf(
  live: ReadonlyMap<TurnId, LiveText>,
  conversation: { conversationId: ConversationId; inFlight?: TurnId },
): string {
  if (conversation.inFlight === undefined) return '';
  return live.get(conversation.inFlight)?.text ?? '';
}

function begin(piece: TextPiece): LiveText {
  const { conversationId, offset, text } = piece;
  return keepEnd({ conversationId, from: offset, text });
}

function keepEnd(live: LiveText): LiveText {
  const surplus = live.text.length - keptCharacters;
  if (surplus <= 0) return live;
  return { ...live, from: live.from + surplus, text: live.text.slice(surplus) };
}
