// Everything can be done by keyboard, and the focus is never lost.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { withBrowser } from './harness/browser.mjs';
import { fillMailbox } from './harness/screens.mjs';
import { people, Stack } from './harness/stack.mjs';
import { until } from './harness/until.mjs';

let stack;
before(async () => {
  stack = await Stack.start();
  await fillMailbox(stack);
});
after(() => stack.stop());

const withPage = (options, act) => withBrowser({ reducedMotion: 'reduce', ...options }, async (browser) =>
  act(browser, await browser.page(stack.origin)));

test('by keyboard alone: sign in, read, answer, sign out', () =>
  withPage({}, async (browser, mail) => {
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
    await tabTo(page, (place) => place.startsWith('row'));
    await press('ArrowDown', 'ArrowDown', 'Enter');
    await page.locator('harbor-reader h2', { hasText: 'Crane 4' }).waitFor();
    await tabTo(page, (place) => place.endsWith('#reply'), 'Shift+Tab');
    await press('Enter');
    await page.locator('harbor-compose textarea').waitFor();
    await tabTo(page, (place) => place.endsWith('#body'));
    await page.keyboard.type('On my way.');
    await press('Control+Enter');
    await page.locator('harbor-compose').waitFor({ state: 'detached' });
    assert.equal((await stack.list(people.alice)).items[0].excerpt, 'On my way.');
    await tabTo(page, (place) => place.endsWith('#account'), 'Shift+Tab');
    await press('Enter');
    await tabTo(page, (place) => place.endsWith('#sign-out'));
    await press('Enter');
    await page.locator('#email').waitFor();
  }));

test('the focus goes where the work goes on', () =>
  withPage({}, async (browser, mail) => {
    const { page } = mail;
    browser.expect(/status of 422/);
    const isAt = (place) => until(`the focus is at ${place}`, async () => (await focused(page)).endsWith(place), () => focused(page));
    await mail.signIn(people.bob);
    await mail.shows('Crane 4 stands still');
    await page.locator('#compose').press('Enter');
    await page.locator('harbor-recipient-picker [role=option]').first().waitFor();
    await page.keyboard.press('Escape'); // closes the list of people
    await page.keyboard.press('Escape');
    await isAt('#compose');
    await page.keyboard.press('Enter');
    await page.locator('harbor-compose #body').fill('A few words');
    await page.locator('harbor-compose #send').press('Enter');
    await isAt('INPUT#subject');
    await page.keyboard.type('A subject');
    await page.locator('harbor-compose #send').press('Enter');
    await isAt('INPUT#input'); // nobody was chosen
    await page.locator('harbor-compose #body').press('Escape');
    await isAt('#keep');
    await page.keyboard.press('Escape');
    await isAt('#body');
    await page.keyboard.press('Escape');
    await page.locator('#discard').press('Enter');
    await isAt('#compose');
    await tabTo(page, (place) => place.includes('skip'), 'Shift+Tab');
    await page.keyboard.press('Enter');
    await until('the focus is at the first row', async () => (await focused(page)).startsWith('row'), () => focused(page));
  }));

test('who types faster than the server answers writes to whom was meant', () =>
  withPage({}, async (browser, mail) => {
    const { page } = mail;
    await mail.signIn(people.bob);
    await page.locator('#compose').press('Enter');
    const input = page.locator('harbor-recipient-picker input');
    const chips = async () => (await page.locator('harbor-compose .chip').allTextContents()).map((text) => text.trim());
    await page.locator('harbor-recipient-picker [role=option]', { hasText: 'Alice' }).waitFor();
    await page.keyboard.press('Enter'); // nobody is meant yet
    await page.keyboard.insertText('dan');
    await page.keyboard.press('Enter');
    await until('Dana is chosen', async () => (await chips()).join() === 'Dana', chips);
    assert.equal(await input.inputValue(), '');
    await page.keyboard.insertText('nobody of that name');
    await page.keyboard.press('Enter');
    await page.locator('harbor-recipient-picker .none').waitFor();
    await page.keyboard.press('Enter'); // and nothing is sent
    assert.deepEqual(await chips(), ['Dana']);
    assert.equal(await page.locator('harbor-compose .problem').count(), 0);
    await input.fill('');
    await page.locator('harbor-recipient-picker [role=option]', { hasText: 'Alice' }).waitFor();
    browser.expect(/status of 422/);
    await page.keyboard.press('Control+Enter'); // sends; chooses nobody more
    await page.locator('harbor-compose .problem').waitFor();
    assert.deepEqual(await chips(), ['Dana']);
  }));

test('put away, delete, take back: the focus is never lost', () =>
  withPage({}, async (browser, mail) => {
    const { page } = mail;
    const isAt = (place) => until(`the focus is at ${place}`, async () => (await focused(page)).endsWith(place), () => focused(page));
    const isAtRow = (subject) => until(`the focus is at ${subject}`, async () => (await focusedText(page)).includes(subject), () => focusedText(page));
    await mail.signIn(people.bob);
    await mail.shows('Welcome aboard');
    const at = (await mail.subjects()).indexOf('Plan for the harbour festival');
    const below = (await mail.subjects())[at + 1];
    await tabTo(page, (place) => place.startsWith('row'));
    for (let step = 0; step < at; step += 1) await page.keyboard.press('ArrowDown');
    await page.keyboard.press('Enter');
    await page.locator('harbor-reader h2', { hasText: 'Plan for' }).waitFor();
    await tabTo(page, (place) => place.endsWith('#delete'), 'Shift+Tab');
    await page.keyboard.press('Enter');
    await isAt('#cancel');
    await page.keyboard.press('Escape');
    await isAt('#delete');
    await tabTo(page, (place) => place.endsWith('#archive'), 'Shift+Tab');
    await page.keyboard.press('Enter');
    await isAtRow(below);
    await tabTo(page, (place) => place.endsWith('#undo'));
    await page.keyboard.press('Enter');
    await isAtRow('Plan for the harbour festival');
  }));

test('on a phone the list comes back with the row that was read', () =>
  withPage({ viewport: { width: 360, height: 740 } }, async (browser, mail) => {
    await mail.signIn(people.bob);
    await mail.shows('Crane 4 stands still');
    await mail.open('Crane 4');
    await until('the heading is read', async () => (await focused(mail.page)).includes('H2'), () => focused(mail.page));
    await mail.page.locator('#back').press('Enter');
    await until('the row has the focus', async () => (await focused(mail.page)).startsWith('row'), () => focused(mail.page));
    await mail.page.keyboard.press('Enter');
    await mail.page.locator('harbor-reader h2', { hasText: 'Crane 4' }).waitFor();
  }));

function focused(page) {
  return page.evaluate(() => {
    let element = document.activeElement;
    while (element?.shadowRoot?.activeElement) element = element.shadowRoot.activeElement;
    return element ? `${element.className} ${element.tagName}#${element.id}` : '';
  });
}

function focusedText(page) {
  return page.evaluate(() => {
    let element = document.activeElement;
    while (element?.shadowRoot?.activeElement) element = element.shadowRoot.activeElement;
    return element?.textContent ?? '';
  });
}

async function tabTo(page, isThere, key = 'Tab') {
  const seen = [];
  for (let step = 0; step < 40; step += 1) {
    const place = await focused(page);
    if (isThere(place)) return;
    seen.push(place);
    await page.keyboard.press(key);
  }
  assert.fail(`never came there: ${seen.join(', ')}`);
}
