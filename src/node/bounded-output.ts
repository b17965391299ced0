/** Keeps the beginning and the end of what a command prints, whatever it prints, in bounded memory. */

export type BoundedOutput = {
  add(chunk: Uint8Array): void;
  /** What was kept as text, with a note in place of what was cut. */
  finish(): { output: string; cutBytes: number };
};

export function createBoundedOutput(maxBytes: number): BoundedOutput {
  const headLimit = Math.floor(maxBytes / 2);
  const tailLimit = maxBytes - headLimit;
  const head: Uint8Array[] = [];
  let [headBytes, total] = [0, 0];
  let tail: Uint8Array[] = [];
  let tailBytes = 0;

  const trimTail = (): void => {
    const kept = Buffer.concat(tail).subarray(-tailLimit || tailBytes);
    tail = [kept];
    tailBytes = kept.length;
  };

  return {
    add(chunk) {
      total += chunk.length;
      const forHead = chunk.subarray(0, headLimit - headBytes);
      if (forHead.length > 0) head.push(Uint8Array.from(forHead));
      headBytes += forHead.length;
      const rest = chunk.subarray(forHead.length);
      if (rest.length === 0) return;
      // A copy, since a small piece may hold on to a large buffer.
      tail.push(Uint8Array.from(rest.subarray(-tailLimit || rest.length)));
      tailBytes += Math.min(rest.length, tailLimit);
      if (tailBytes > 2 * tailLimit) trimTail();
    },
    finish() {
      if (tailBytes > tailLimit) trimTail();
      if (headBytes + tailBytes >= total)
        return { output: decode([...head, ...tail]), cutBytes: 0 };
      const first = wholeCharacters(Buffer.concat(head), 'end');
      const last = wholeCharacters(Buffer.concat(tail), 'start');
      const cutBytes = total - first.length - last.length;
      const note = `\n[… ${cutBytes.toLocaleString('en')} bytes cut out here …]\n`;
      return { output: decode([first]) + note + decode([last]), cutBytes };
    },
  };
}

function decode(chunks: readonly Uint8Array[]): string {
  return new TextDecoder('utf-8', { ignoreBOM: true }).decode(Buffer.concat(chunks));
}

function isContinuation(byte: number | undefined): boolean {
  return byte !== undefined && (byte & 0xc0) === 0x80;
}

/** Leaves out the piece of a character that the cut went through. */
function wholeCharacters(bytes: Uint8Array, cutAt: 'start' | 'end'): Uint8Array {
  if (cutAt === 'start') {
    let start = 0;
    while (start < 3 && isContinuation(bytes[start])) start += 1;
    return bytes.subarray(start);
  }
  let lead = bytes.length - 1;
  while (lead > bytes.length - 4 && isContinuation(bytes[lead])) lead -= 1;
  const first = bytes[lead] ?? 0;
  const length = first >= 0xf0 ? 4 : first >= 0xe0 ? 3 : first >= 0xc0 ? 2 : 1;
  return lead >= 0 && lead + length > bytes.length ? bytes.subarray(0, lead) : bytes;
}
