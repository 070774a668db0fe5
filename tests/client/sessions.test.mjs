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

test('what was being written is given back after signing in again, to nobody else', async () => {
  await mail.compose({ to: ['alice'], subject: 'Half a', body: 'Two hours of work', isSent: false });
  const endAll = async () => {
    const headers = { Authorization: `Bearer ${await stack.token(people.bob)}` };
    const { items } = await (await fetch(`${stack.origin}/api/auth/sessions`, { headers })).json();
    for (const { id, current } of items) if (!current) await fetch(`${stack.origin}/api/auth/sessions/${id}`, { method: 'DELETE', headers });
  };
  await endAll();
  await signedOut();
  assert.equal(await mail.page.getByText('Two hours of work').count(), 0);
  await mail.signIn(people.bob);
  assert.equal(await mail.page.locator('harbor-compose #body').inputValue(), 'Two hours of work');
  await mail.page.locator('harbor-compose .chip', { hasText: 'Alice' }).waitFor();

  await endAll();
  await signedOut();
  await mail.signIn(people.dana);
  assert.equal(await mail.page.locator('harbor-compose').count(), 0);
  await mail.page.locator('#account').click();
  await mail.page.locator('#sign-out').click();
  await mail.signIn(people.bob);
  assert.equal(await mail.page.locator('harbor-compose').count(), 0);
  await mail.becomes('live');
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
