// A session that ends elsewhere ends the page: it asks to sign in, and keeps nothing of what it showed.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { Browser } from './harness/browser.mjs';
import { people, Stack } from './harness/stack.mjs';
import { until } from './harness/until.mjs';

let stack, browser, mail;

before(async () => {
  stack = await Stack.start();
  await stack.send(people.alice, people.bob, 'Confidential');
  browser = await Browser.open();
  browser.expect(/status of (401|403|404)/);
  mail = await browser.signIn(stack.origin, people.bob);
  await mail.becomes('live');
});

after(async () => {
  await browser.close();
  await stack.stop();
});

const signedOut = async () => {
  await until('the form is shown', async () => (await mail.shown()).isLogin);
  await mail.page.getByText('Your session has ended').waitFor();
  assert.equal(await mail.page.getByText('Confidential').count(), 0);
  assert.equal(await mail.page.title(), 'Messages – Harbor');
  await until('no stream', async () => (await stack.streams()) === 0);
};

test('the session is deleted from another place', async () => {
  const token = await stack.token(people.bob);
  const headers = { Authorization: `Bearer ${token}` };
  const { items } = await (await fetch(`${stack.origin}/api/auth/sessions`, { headers })).json();
  for (const { id, current } of items) {
    if (!current) await fetch(`${stack.origin}/api/auth/sessions/${id}`, { method: 'DELETE', headers });
  }
  await signedOut();
  await mail.signIn(people.bob);
  await mail.becomes('live');
  await mail.equals(stack, people.bob);
});

test('the person is removed from the tenant: it is gone, the session is not', async () => {
  await stack.harborctl('member', 'add', 'globex', people.bob, '--role', 'user');
  await stack.harborctl('member', 'remove', 'acme', people.bob);
  await until('acme is gone', async () => (await mail.page.getByText('Confidential').count()) === 0);
  await mail.page.locator('harbor-app-bar .tenant', { hasText: 'Globex' }).waitFor();
  await mail.becomes('live');
  await stack.ask(people.carol, '/api/messaging/send', { tenantId: 'globex', subject: 'Hello here', body: 'x', recipients: [people.bob] });
  await mail.shows('Hello here');
});

test('the person is disabled', async () => {
  await stack.harborctl('user', 'disable', people.bob);
  await signedOut();
});
