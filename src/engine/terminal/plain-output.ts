/** Makes what a command prints fit to be shown in a terminal: its words and colours, and nothing that acts on the terminal. */

type Inside = 'text' | 'escape' | 'control' | 'string';

const esc = 0x1b;
const maxParameters = 64;
/** A string that never ends would swallow all that follows. */
const maxString = 4096;

/** Of a stream in pieces; a sequence may begin in one and end in the next. */
export function createPlainOutput(): (piece: string) => string {
  let inside: Inside = 'text';
  let kept = '';
  let before = 0;

  const begin = (next: Inside): string => {
    [inside, kept] = [next, ''];
    return '';
  };
  const take = (character: string): string => {
    const code = character.codePointAt(0) ?? 0;
    if (code === esc) return begin('escape');
    switch (inside) {
      case 'text':
        return takeText(character, code);
      case 'escape':
        if (character === '[') return begin('control');
        if (']PX^_'.includes(character)) return begin('string');
        return code >= 0x20 && code <= 0x2f ? '' : begin('text');
      case 'control':
        if (code >= 0x20 && code <= 0x3f && kept.length < maxParameters) {
          kept += character;
          return '';
        }
        return endControl(character);
      case 'string':
        kept += '.';
        return code === 0x07 || code === 0x9c || kept.length > maxString ? begin('text') : '';
    }
  };
  const takeText = (character: string, code: number): string => {
    const last = before;
    before = code;
    if (character === '\n') return last === 0x0d ? '\n' : '\r\n';
    if (character === '\t' || character === '\r') return character;
    if (code === 0x9b) return begin('control');
    if (code === 0x90 || code === 0x98 || (code >= 0x9d && code <= 0x9f)) return begin('string');
    if (/[\p{Cf}\p{Zl}\p{Zp}]/u.test(character)) return `\\u{${code.toString(16)}}`;
    return /\p{Cc}/u.test(character) ? '' : character;
  };
  const endControl = (final: string): string => {
    const parameters = kept;
    begin('text');
    return final === 'm' && isColour(parameters) ? `\u001b[${parameters}m` : '';
  };
  return (piece) => Array.from(piece, take).join('');
}

/** Colours and weight; 8 conceals. */
function isColour(parameters: string): boolean {
  return /^[\d;]*$/u.test(parameters) && !parameters.split(';').some((each) => Number(each) === 8);
}
