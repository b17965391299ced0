// How long it takes, in the page itself, from a press to one more lens with these words on the screen.

import type { Page } from 'playwright-core';

/** Milliseconds from the first key or button that `act` presses; more than a minute is an error. */
export async function untilLens(
  page: Page,
  words: string,
  act: () => Promise<void>,
): Promise<number> {
  const measuring = page.evaluate(
    ({ text, limit }) =>
      new Promise<number>((resolve, reject) => {
        const count = () =>
          [...document.querySelectorAll('.codelens-decoration')].filter((lens) =>
            lens.textContent?.includes(text),
          ).length;
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
          if (performance.now() > ends) return reject(new Error(`No more lenses "${text}"`));
          requestAnimationFrame(look);
        };
        look();
      }),
    { text: words, limit: 60_000 },
  );
  const [ms] = await Promise.all([measuring, act()]);
  return ms;
}
