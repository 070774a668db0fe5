// axe finds nothing, on any screen, in either theme, on a desk or in a hand; and everything can be done by keyboard.
import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { test } from 'node:test';
import { axe, Browser } from './harness/browser.mjs';
import { fillMailbox, visitScreens } from './harness/screens.mjs';
import { people, Stack } from './harness/stack.mjs';

const desk = { width: 1280, height: 800 };
const hand = { width: 360, height: 740 };

async function withMail(options, act) {
  const stack = await Stack.start();
  await fillMailbox(stack);
  const browser = await Browser.open({ reducedMotion: 'reduce', ...options });
  const outcome = await act(stack, browser, await browser.page(stack.origin)).catch((error) => error);
  await browser.close().finally(() => stack.stop());
  if (outcome) throw outcome;
}

for (const [colorScheme, viewport] of [['light', desk], ['dark', desk], ['dark', hand]]) {
  test(`axe finds nothing (${colorScheme}, ${viewport.width} px)`, () =>
    withMail({ colorScheme, viewport }, async (stack, browser, mail) => {
      await mail.page.evaluate(await readFile(axe, 'utf8'));
      await visitScreens(mail, stack, async (screen) => {
        const { violations } = await mail.page.evaluate(() => globalThis.axe.run(document, { resultTypes: ['violations'] }));
        const found = violations.map(({ id, nodes }) => `${id}: ${nodes.map((node) => node.html.slice(0, 160)).join(' | ')}`);
        assert.deepEqual(found, [], screen);
        const overflow = await mail.page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
        assert.ok(overflow <= 0, `${screen} is ${overflow} px too wide`);
      });
    }));
}

test('by keyboard alone: sign in, read, answer, sign out', () =>
  withMail({}, async (stack, browser, mail) => {
    const { page } = mail;
    browser.expect(/status of 401/);
    const press = async (...keys) => {
      for (const key of keys) await page.keyboard.press(key);
    };
    await page.locator('#email').focus();
    await page.keyboard.type(people.bob);
    await press('Tab');
    await page.keyboard.type('harbor-demo');
    await press('Enter');
    await mail.becomes('live');
    await mail.shows('Crane 4 stands still');
    await tabTo(page, (focused) => focused.startsWith('row'));
    await press('ArrowDown', 'ArrowDown', 'Enter');
    await page.locator('harbor-reader h2', { hasText: 'Crane 4' }).waitFor();
    await tabTo(page, (focused) => focused.endsWith('#reply'), 'Shift+Tab');
    await press('Enter');
    await page.locator('harbor-compose textarea').waitFor();
    await tabTo(page, (focused) => focused.endsWith('#body'));
    await page.keyboard.type('On my way.');
    await press('Control+Enter');
    await page.locator('harbor-compose').waitFor({ state: 'detached' });
    assert.equal((await stack.list(people.alice)).items[0].excerpt, 'On my way.');
    await tabTo(page, (focused) => focused.startsWith('button plain square') && focused.includes('SUMMARY'), 'Shift+Tab');
    await press('Enter');
    await tabTo(page, (focused) => focused.endsWith('#sign-out'));
    await press('Enter');
    await page.locator('#email').waitFor();
  }));

async function tabTo(page, isThere, key = 'Tab') {
  const seen = [];
  for (let step = 0; step < 40; step += 1) {
    const focused = await page.evaluate(() => {
      let element = document.activeElement;
      while (element?.shadowRoot?.activeElement) element = element.shadowRoot.activeElement;
      return element ? `${element.className} ${element.tagName}#${element.id}` : '';
    });
    if (isThere(focused)) return;
    seen.push(focused);
    await page.keyboard.press(key);
  }
  assert.fail(`never came there: ${seen.join(', ')}`);
}
