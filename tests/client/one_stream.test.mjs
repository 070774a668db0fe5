// However many tabs, one stream; all of them are told; the last one takes it with it.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { withBrowser } from './harness/browser.mjs';
import { people, Stack } from './harness/stack.mjs';
import { until } from './harness/until.mjs';

let stack;
before(async () => (stack = await Stack.start()));
after(() => stack.stop());

const count = (want) => until(`${want} streams`, async () => (await stack.streams()) === want, () => stack.streams());

/** How a browser shares: by SharedWorker, or where there is none by election. */
const ways = {
  worker: () => {},
  election: (browser) => browser.context.addInitScript(() => delete globalThis.SharedWorker),
};

for (const [way, prepare] of Object.entries(ways)) {
  test(`ten tabs, one stream (${way})`, () => withBrowser({}, async (browser) => {
    await prepare(browser);
    const first = await browser.signIn(stack.origin, people.bob);
    const tabs = [first];
    while (tabs.length < 10) tabs.push(await browser.page(stack.origin));
    await Promise.all(tabs.map((tab) => tab.becomes('live')));
    await count(1);
    await stack.send(people.alice, people.bob, `To all tabs (${way})`);
    await Promise.all(tabs.map((tab) => tab.shows(`To all tabs (${way})`)));
    await count(1); // on a busy machine one that was given up is there for a moment more

    await Promise.all(tabs.slice(0, 5).map((tab) => tab.page.close())); // among them the one that leads
    await stack.send(people.alice, people.bob, `To those left (${way})`);
    await Promise.all(tabs.slice(5).map((tab) => tab.shows(`To those left (${way})`)));
    await Promise.all(tabs.slice(5).map((tab) => tab.becomes('live')));
    await count(1);
    await Promise.all(tabs.slice(5).map((tab) => tab.equals(stack, people.bob)));

    const keeper = await browser.context.newPage(); // the browser itself stays open
    await Promise.all(tabs.slice(5).map((tab) => tab.page.close()));
    await count(0);
    await keeper.close();
  }));
}

test('the leading tab crashes: the others go on with one stream', () => withBrowser({}, async (browser) => {
  await ways.election(browser);
  const leader = await browser.signIn(stack.origin, people.bob);
  await leader.becomes('live');
  const others = [await browser.page(stack.origin), await browser.page(stack.origin)];
  await Promise.all(others.map((tab) => tab.becomes('live')));
  await leader.page.goto('chrome://crash').catch(() => {});
  await stack.send(people.alice, people.bob, 'After the crash');
  await Promise.all(others.map((tab) => tab.shows('After the crash')));
  await Promise.all(others.map((tab) => tab.becomes('live')));
  await count(1);
  await Promise.all(others.map((tab) => tab.equals(stack, people.bob)));
}));

test('without locks each tab has a stream of its own, and is as true', () => withBrowser({}, async (browser) => {
  await browser.context.addInitScript(() => delete Navigator.prototype.locks);
  const tabs = [await browser.signIn(stack.origin, people.bob), await browser.page(stack.origin)];
  await Promise.all(tabs.map((tab) => tab.becomes('live')));
  await count(2);
  await stack.send(people.alice, people.bob, 'To each');
  await Promise.all(tabs.map((tab) => tab.shows('To each')));
  await Promise.all(tabs.map((tab) => tab.equals(stack, people.bob)));
}));

const broken = {
  'may not be made': () => {
    globalThis.SharedWorker = function () {
      throw new TypeError('by policy');
    };
  },
  'does not load': () => {
    globalThis.SharedWorker = function () {
      this.port = new MessageChannel().port1;
      setTimeout(() => this.onerror(new Event('error')));
    };
  },
};

for (const [how, breakIt] of Object.entries(broken)) {
  test(`a shared worker that ${how} is done without`, () => withBrowser({}, async (browser) => {
    await browser.context.addInitScript(breakIt);
    const tabs = [await browser.signIn(stack.origin, people.bob), await browser.page(stack.origin)];
    const begun = Date.now();
    await Promise.all(tabs.map((tab) => tab.becomes('live')));
    assert.ok(Date.now() - begun < 15_000, 'found out by waiting');
    await count(1);
    await stack.send(people.alice, people.bob, `It ${how}`);
    await Promise.all(tabs.map((tab) => tab.shows(`It ${how}`)));
  }));
}

test('signing out in one tab signs out all; signing in again brings all back', () => withBrowser({}, async (browser) => {
  browser.expect(/status of 401/);
  const first = await browser.signIn(stack.origin, people.bob);
  const second = await browser.page(stack.origin);
  await second.becomes('live');
  await first.page.locator('#account').click();
  await first.page.locator('#sign-out').click();
  await until('both show the form', async () => (await first.shown()).isLogin && (await second.shown()).isLogin);
  await count(0);
  await second.signIn(people.dana);
  await first.page.locator('harbor-list').waitFor();
  await Promise.all([first.becomes('live'), second.becomes('live')]);
  await stack.send(people.alice, people.dana, 'For Dana');
  await first.shows('For Dana');
  await Promise.all([first.equals(stack, people.dana), second.equals(stack, people.dana)]);
}));

test('a bare badge on another page keeps up, and clears nothing', () => withBrowser({}, async (browser) => {
  await browser.signIn(stack.origin, people.alice).then((mail) => mail.page.close());
  const page = await browser.context.newPage();
  await page.route('**/elsewhere', (route) => route.fulfill({ contentType: 'text/html', body: '<!doctype html><title>Elsewhere</title><harbor-unread-badge></harbor-unread-badge><script type="module" src="/harbor/elements.js"></script>' }));
  await page.goto(`${stack.origin}/elsewhere`);
  await page.locator('harbor-unread-badge[count="0"]').waitFor();
  await stack.send(people.bob, people.alice, 'Knock knock');
  await page.locator('harbor-unread-badge[count="1"]').waitFor();
  assert.equal((await stack.counts(people.alice)).unseen, 1);
}));
