// Two people in two browsers: what one does, the other sees, without a reload.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { Browser } from './harness/browser.mjs';
import { people, Stack } from './harness/stack.mjs';
import { until } from './harness/until.mjs';

let stack, browsers, alice, bob;

before(async () => {
  stack = await Stack.start();
  browsers = await Promise.all([Browser.open(), Browser.open()]);
  [alice, bob] = await Promise.all([browsers[0].signIn(stack.origin, people.alice), browsers[1].signIn(stack.origin, people.bob)]);
  await Promise.all([alice.becomes('live'), bob.becomes('live')]);
});

after(async () => {
  await Promise.all(browsers.map((browser) => browser.close()));
  await stack.stop();
});

test('a message that Alice writes appears in Bob’s list within a second', async (context) => {
  await alice.compose({ to: ['bob'], subject: 'Lunch?', body: 'At noon, by the harbour.', isSent: false });
  const begun = Date.now();
  await alice.page.locator('harbor-compose #send').click();
  await bob.shows('Lunch?');
  const took = Date.now() - begun;
  context.diagnostic(`from the click to the other browser: ${took} ms`);
  assert.ok(took < 1000, `${took} ms`);
  await bob.equals(stack, people.bob);
  await alice.folder('sent');
  await alice.equals(stack, people.alice, 'sent');
});

test('the badge of a visible page clears; unread stays until it is read', async () => {
  await until('the badge is clear', async () => (await stack.counts(people.bob)).unseen === 0);
  await bob.equals(stack, people.bob);
  assert.equal((await bob.shown()).unread, 1);
});

test('opening reads it, and Alice sees that Bob has read it', async () => {
  await alice.open('Lunch?');
  await bob.open('Lunch?');
  await bob.page.locator('harbor-reader .body', { hasText: 'At noon, by the harbour.' }).waitFor();
  await until('it is read', async () => (await stack.counts(people.bob)).unread === 0);
  await bob.equals(stack, people.bob);
  await alice.page.locator('harbor-reader .read').waitFor();
});

test('Bob marks it unread again: his list and count follow, also in the unread list', async () => {
  await bob.page.locator('#mark').click();
  await until('it is unread', async () => (await stack.counts(people.bob)).unread === 1);
  await bob.equals(stack, people.bob);
  await bob.page.locator('harbor-list .filter button').nth(1).click();
  await bob.equals(stack, people.bob);
  await bob.page.locator('harbor-list .filter button').nth(0).click();
});

test('Bob replies: Alice has it in the same thread', async () => {
  await bob.page.locator('#reply').click();
  await bob.page.locator('harbor-compose #body').fill('Gladly.');
  await bob.page.locator('harbor-compose #body').press('Control+Enter');
  await alice.folder('inbox');
  await alice.shows('Re: Lunch?');
  await alice.equals(stack, people.alice);
  const [reply] = (await stack.list(people.alice)).items;
  const [first] = (await stack.list(people.alice, 'sent')).items;
  assert.equal(reply.threadId, first.threadId);
  assert.equal(reply.inReplyTo, first.id);
});

test('what is wrong with a draft is said at its field, and nothing is lost', async () => {
  browsers[0].expect(/status of 422/);
  await alice.page.locator('#compose').click();
  await alice.page.locator('harbor-compose #body').fill('To nobody');
  await alice.page.locator('harbor-compose #send').click();
  await alice.page.locator('#subject-wrong', { hasText: 'Please fill this in.' }).waitFor();
  assert.equal(await alice.page.locator('harbor-compose #body').inputValue(), 'To nobody');
  await alice.page.locator('#close').click();
  await alice.page.locator('#discard').click();
  await alice.page.locator('harbor-compose').waitFor({ state: 'detached' });
});

test('seventy more: the list pages by what is older, and stays the server’s', async () => {
  for (let number = 0; number < 70; number += 1) await stack.send(people.alice, people.bob, `Number ${number}`);
  await bob.shows('Number 69');
  await bob.page.reload();
  await bob.shows('Number 69');
  assert.equal((await bob.shown()).rows.length, 50);
  await bob.page.locator('#older').click();
  await until('all are shown', async () => (await bob.shown()).rows.length === 71);
  const ids = (await bob.shown()).rows.map((row) => row.id);
  assert.deepEqual(ids, [...ids].sort((a, b) => b - a));
});

test('a person of two tenants switches between them', async () => {
  await stack.harborctl('member', 'add', 'globex', people.alice, '--role', 'user');
  await stack.ask(people.carol, '/api/messaging/send', { tenantId: 'globex', subject: 'From globex', body: 'x', recipients: [people.alice] });
  await alice.page.reload();
  await alice.page.locator('harbor-app-bar select').selectOption('globex');
  await alice.shows('From globex');
  await alice.becomes('live');
  await stack.ask(people.carol, '/api/messaging/send', { tenantId: 'globex', subject: 'Again', body: 'x', recipients: [people.alice] });
  await alice.shows('Again');
  await alice.page.locator('harbor-app-bar select').selectOption('acme');
  await alice.shows('Re: Lunch?');
  await alice.equals(stack, people.alice);
});

test('the page speaks five languages', async () => {
  for (const [language, inbox] of [['de', 'Eingang'], ['es', 'Recibidos'], ['fr', 'Réception'], ['nl', 'Postvak in'], ['en', 'Inbox']]) {
    await alice.page.goto(`${stack.origin}/${language}/harbor/messaging`);
    await alice.page.locator('harbor-list h2', { hasText: inbox }).waitFor();
    assert.equal(await alice.page.locator('html').getAttribute('lang'), language);
  }
});
