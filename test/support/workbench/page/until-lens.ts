// How long it takes, in the page itself, from a press to what it is for: a lens, or the mark of a decision.

import type { Page } from 'playwright-core';

/** Milliseconds from the first key or button that `act` presses; more than a minute is an error. */
export function untilLens(page: Page, words: string, act: () => Promise<void>): Promise<number> {
  return untilMore(page, { selector: '.codelens-decoration', words }, act);
}

/** The word that stands behind a decided hunk; the editor draws it as a style, without text of its own. */
export function untilMark(page: Page, act: () => Promise<void>): Promise<number> {
  return untilMore(
    page,
    { selector: '.editor.modified .view-line [class*="ced-"]', words: '' },
    act,
  );
}

/** The colour of lines that differ. */
export function untilColoured(page: Page, act: () => Promise<void>): Promise<number> {
  return untilMore(page, { selector: '.editor.modified .line-insert', words: '' }, act);
}

async function untilMore(
  page: Page,
  { selector, words }: { selector: string; words: string },
  act: () => Promise<void>,
): Promise<number> {
  const measuring = page.evaluate(
    ({ css, text, limit }) =>
      new Promise<number>((resolve, reject) => {
        const count = () =>
          [...document.querySelectorAll(css)].filter((each) => each.textContent?.includes(text))
            .length;
        const before = count();
        let from: number | undefined;
        const begin = () => {
          from = performance.now();
        };
        // The last press before the lens appears is the one that counts.
        for (const kind of ['mousedown', 'keydown']) addEventListener(kind, begin, true);
        const ends = performance.now() + limit;
        const look = () => {
          if (from !== undefined && count() > before) return resolve(performance.now() - from);
          if (performance.now() > ends) return reject(new Error(`No more of ${css} "${text}"`));
          requestAnimationFrame(look);
        };
        look();
      }),
    { css: selector, text: words, limit: 60_000 },
  );
  const [ms] = await Promise.all([measuring, act()]);
  return ms;
}
