// Saves numbered screenshots into one folder, so that they tell the story in order.

import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Page } from 'playwright-core';

export interface Screenshots {
  readonly folder: string;
  /** Returns the path, such as `03-plan.png`. */
  take(page: Page, name: string): Promise<string>;
}

export function screenshots(folder: string): Screenshots {
  mkdirSync(folder, { recursive: true });
  let count = 0;
  return {
    folder,
    async take(page, name) {
      count += 1;
      const path = join(folder, `${String(count).padStart(2, '0')}-${kebabCase(name)}.png`);
      // Out of the way, so that nothing on the picture is drawn as hovered.
      await page.mouse.move(0, 0);
      const hover = page.locator('.monaco-hover:visible').first();
      await hover.waitFor({ state: 'hidden', timeout: 5_000 });
      await page.screenshot({ path, animations: 'disabled', caret: 'hide', timeout: 20_000 });
      return path;
    },
  };
}

function kebabCase(name: string): string {
  return name
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^-|-$/g, '');
}
