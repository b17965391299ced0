/** What reaches a terminal of what a command prints. */
import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { createPlainOutput } from '../../../../src/engine/terminal/plain-output.ts';

const esc = '\u001b';

describe('The output of a command in a terminal', () => {
  const shown = (...pieces: string[]): string => {
    const take = createPlainOutput();
    return pieces.map(take).join('');
  };

  it('keeps words, lines, tabs and colours', () => {
    assert.equal(
      shown(`a\tb\n${esc}[1;31mred${esc}[0m\r\nend`),
      `a\tb\r\n${esc}[1;31mred${esc}[0m\r\nend`,
    );
  });

  const harmful = {
    'the title': `${esc}]0;pwned\u0007`,
    'the clipboard': `${esc}]52;c;cHduZWQ=${esc}\\`,
    'a link': `${esc}]8;;https://evil.example${esc}\\`,
    'a string of C1': '\u009d0;pwned\u009c',
    'the cursor': `${esc}[2J${esc}[1;1H`,
    'a C1 control': '\u009b2J',
    'a mode': `${esc}[?1049h`,
    'a device string': `${esc}P$qm${esc}\\`,
    'a reset': `${esc}c`,
    'a character set': `${esc}(0`,
    'hidden text': `${esc}[8m`,
    'a question to the terminal': `${esc}[6n${esc}[c`,
    'a bell': '\u0007\b\u007f',
  };
  for (const [name, sequence] of Object.entries(harmful)) {
    it(`loses ${name}, whole and in pieces`, () => {
      assert.equal(shown(`a${sequence}b`), 'ab');
      assert.equal(shown('a', ...sequence, 'b'), 'ab');
    });
  }

  it('shows characters that would hide others', () => {
    assert.equal(shown('a\u202eb\u200bc'), 'a\\u{202e}b\\u{200b}c');
  });

  it('comes back after a string that never ends', () => {
    assert.match(shown(`${esc}]0;`, 'x'.repeat(10_000), 'end'), /end$/);
  });
});
