// axe finds nothing, on any screen, in either theme, on a desk or in a hand, and no language is too wide.
import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { test } from 'node:test';
import { axe, withBrowser } from './harness/browser.mjs';
import { fillMailbox, visitScreens } from './harness/screens.mjs';
import { Stack } from './harness/stack.mjs';

const desk = { width: 1280, height: 800 };
const hand = { width: 360, height: 740 };
const variants = [['light', desk, 'en'], ['dark', desk, 'es'], ['dark', hand, 'de'], ['light', hand, 'fr']];

for (const [colorScheme, viewport, language] of variants) {
  test(`axe finds nothing (${colorScheme}, ${viewport.width} px, ${language})`, async () => {
    const stack = await Stack.start();
    try {
      await fillMailbox(stack);
      await withBrowser({ reducedMotion: 'reduce', colorScheme, viewport }, async (browser) => {
        const mail = await browser.page(stack.origin, { path: `/${language}/harbor/messaging` });
        await mail.page.evaluate(await readFile(axe, 'utf8'));
        await visitScreens(mail, stack, (screen) => examine(mail.page, screen));
      });
    } finally {
      await stack.stop();
    }
  });
}

async function examine(page, screen) {
  const { violations } = await page.evaluate(() => globalThis.axe.run(document, { resultTypes: ['violations'] }));
  const found = violations.map(({ id, nodes }) => `${id}: ${nodes.map((node) => node.html.slice(0, 160)).join(' | ')}`);
  assert.deepEqual(found, [], screen);
  const overflow = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
  assert.ok(overflow <= 0, `${screen} is ${overflow} px too wide`);
}
