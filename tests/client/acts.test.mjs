// What can be done to a message: each act by hand in one browser, seen live in the others.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { Browser } from './harness/browser.mjs';
import { people, Stack } from './harness/stack.mjs';
import { until } from './harness/until.mjs';

let stack, browsers, alice, bob, elsewhere; // Bob sits at two machines

before(async () => {
  stack = await Stack.start();
  browsers = await Promise.all([Browser.open(), Browser.open(), Browser.open()]);
  [alice, bob, elsewhere] = await Promise.all([people.alice, people.bob, people.bob].map((person, at) => browsers[at].signIn(stack.origin, person)));
  await Promise.all([alice, bob, elsewhere].map((mail) => mail.becomes('live')));
});

after(async () => {
  await Promise.all(browsers.map((browser) => browser.close()));
  await stack.stop();
});

async function arrives(subject, to = [people.bob]) {
  const sent = await stack.send(people.alice, to, subject);
  await Promise.all([bob.shows(subject), elsewhere.shows(subject)]);
  return sent;
}

const both = (folder) => Promise.all([bob, elsewhere].map((mail) => mail.equals(stack, people.bob, folder)));
const goneFrom = (mail, subject) => until(`${subject} is gone`, async () => !(await mail.subjects()).includes(subject), () => mail.subjects());
const says = (mail, text) => mail.page.locator('harbor-notice .shown', { hasText: text }).waitFor();

test('archive, take it back, archive again: it moves in both browsers', async () => {
  await arrives('For the archive');
  await bob.open('For the archive');
  await bob.act('archive');
  await says(bob, 'Moved to the archive');
  await Promise.all([goneFrom(bob, 'For the archive'), goneFrom(elsewhere, 'For the archive')]);
  assert.equal(await bob.page.locator('harbor-reader article').count(), 0);
  await bob.page.locator('#undo').click();
  await Promise.all([bob.shows('For the archive'), elsewhere.shows('For the archive')]);
  await both();

  await elsewhere.folder('archived');
  await elsewhere.page.locator('harbor-list .empty', { hasText: 'Nothing in the archive' }).waitFor();
  await bob.open('For the archive');
  await bob.act('archive');
  await elsewhere.shows('For the archive');
  await elsewhere.equals(stack, people.bob, 'archived');
  await elsewhere.open('For the archive');
  await elsewhere.act('unarchive');
  await bob.shows('For the archive');
  await elsewhere.folder('inbox');
  await both();
});

test('what one sent oneself can be put away as well', async () => {
  await alice.folder('sent');
  await alice.open('For the archive');
  await alice.act('archive');
  await goneFrom(alice, 'For the archive');
  await alice.folder('archived');
  await alice.equals(stack, people.alice, 'archived');
  await alice.open('For the archive');
  await alice.act('unarchive');
  await alice.folder('sent');
  await alice.equals(stack, people.alice, 'sent');
});

test('save, and no longer', async () => {
  await bob.open('For the archive');
  for (const isSaved of [true, false]) {
    await bob.act('save');
    await until(`saved: ${isSaved}`, async () => (await elsewhere.shown()).rows[0].isSaved === isSaved);
    assert.equal(await bob.page.locator('harbor-reader #save').getAttribute('aria-pressed'), String(isSaved));
    await both();
  }
});

test('unread again, and all read', async () => {
  await Promise.all(['One', 'Two', 'Three'].map((subject) => arrives(subject)));
  await bob.open('Two');
  await until('it is read', async () => (await stack.counts(people.bob)).unread === 2);
  await both();
  await bob.act('mark');
  await until('it is unread', async () => (await stack.counts(people.bob)).unread === 3);
  await both();
  await elsewhere.page.locator('#read-all').click();
  await says(elsewhere, 'All messages are read');
  await until('all are read', async () => (await stack.counts(people.bob)).unread === 0);
  await both();
  assert.equal(await bob.page.locator('#read-all').count(), 0);
});

test('delete for oneself: asked first, gone in both browsers, the sender keeps it', async () => {
  await bob.open('Two');
  await bob.act('delete');
  await bob.page.locator('harbor-question .hint', { hasText: 'The others keep it.' }).waitFor();
  await bob.page.keyboard.press('Escape');
  await bob.page.locator('harbor-question').waitFor({ state: 'detached' });
  assert.ok((await bob.subjects()).includes('Two'));
  await bob.act('delete');
  await bob.page.locator('#do-me').click();
  await says(bob, 'Message deleted');
  await Promise.all([goneFrom(bob, 'Two'), goneFrom(elsewhere, 'Two')]);
  await both();
  await alice.folder('sent');
  await alice.equals(stack, people.alice, 'sent');
  assert.ok((await alice.subjects()).includes('Two'));
});

test('delete for everyone: gone everywhere, and where it is open that is said', async () => {
  await arrives('A mistake');
  await bob.open('A mistake');
  await bob.page.locator('harbor-reader article').waitFor();
  await alice.open('A mistake');
  await alice.act('delete');
  await alice.page.locator('#do-all').click();
  await bob.page.locator('harbor-reader', { hasText: 'This message was deleted.' }).waitFor();
  await Promise.all([bob, elsewhere, alice].map((mail) => goneFrom(mail, 'A mistake')));
  await both();
  await alice.equals(stack, people.alice, 'sent');
});

test('recall with a reason: the words go from every screen, the reason stays', async () => {
  await arrives('Salaries');
  await bob.open('Salaries');
  await bob.page.locator('harbor-reader .body', { hasText: 'About Salaries.' }).waitFor();
  await arrives('Wages'); // nobody reads it
  for (const subject of ['Salaries', 'Wages']) {
    await alice.open(subject);
    await alice.page.locator('harbor-reader h2', { hasText: subject }).waitFor();
    await alice.act('recall');
    await alice.page.locator('#reason').fill('Wrong list');
    await alice.page.locator('#do-recall').click();
    await says(alice, 'Message recalled');
    await Promise.all([bob, elsewhere, alice].map((mail) => goneFrom(mail, subject)));
  }
  await bob.page.locator('harbor-reader h2', { hasText: 'This message was recalled.' }).waitFor();
  await bob.page.locator('harbor-reader', { hasText: 'Wrong list' }).waitFor();
  assert.equal(await bob.page.getByText('About Salaries.').count(), 0);
  assert.equal(await bob.page.locator('#reply').count(), 0);
  await both();
  await alice.equals(stack, people.alice, 'sent');
});

test('a recall that is refused says why, and changes nothing', async () => {
  await stack.harborctl('settings', 'set', 'limits.recall_after_read', 'no', '--tenant', 'acme');
  await arrives('Read at once');
  await bob.open('Read at once');
  await until('it is read', async () => (await stack.counts(people.bob)).unread === 0);
  browsers[0].expect(/status of 409/);
  await alice.open('Read at once');
  await alice.act('recall');
  await alice.page.locator('#do-recall').click();
  await alice.page.locator('harbor-question .problem', { hasText: 'Someone has read it already' }).waitFor();
  await alice.page.locator('#cancel').click();
  await alice.equals(stack, people.alice, 'sent');
  await both();
});

test('forward with words of one’s own', async () => {
  await bob.open('Read at once');
  await bob.act('forward');
  await bob.page.locator('harbor-compose .original', { hasText: 'About Read at once.' }).waitFor();
  await bob.page.locator('harbor-recipient-picker input').fill('dana');
  await bob.page.locator('harbor-recipient-picker [role=option]', { hasText: 'Dana' }).click();
  await bob.page.locator('harbor-compose #body').fill('Have a look.');
  await bob.page.locator('harbor-compose #send').click();
  await says(bob, 'Message sent');
  const [got] = (await stack.list(people.dana)).items;
  assert.equal(got.subject, 'Fwd: Read at once');
  const { body } = await stack.ask(people.dana, `/api/messaging/messages/${got.id}`);
  assert.match(body, /Have a look\.[^]*About Read at once\./);
  await elsewhere.folder('sent');
  await elsewhere.shows('Fwd: Read at once');
  await bob.folder('sent');
  await both('sent');
  await Promise.all([bob.folder('inbox'), elsewhere.folder('inbox')]);
});

test('reply to all', async () => {
  await arrives('To the three of us', [people.bob, people.dana]);
  await bob.open('To the three of us');
  await bob.act('reply-all');
  await bob.page.locator('harbor-compose .chip', { hasText: 'Dana' }).waitFor();
  await bob.page.locator('harbor-compose .chip', { hasText: 'Alice' }).waitFor();
  assert.equal(await bob.page.locator('harbor-compose .chip').count(), 2);
  await bob.page.locator('harbor-compose #body').fill('Fine with me.');
  await bob.page.locator('harbor-compose #body').press('Control+Enter');
  await alice.folder('inbox');
  await alice.shows('Re: To the three of us');
  assert.equal((await stack.list(people.dana)).items[0].subject, 'Re: To the three of us');
  await alice.folder('sent');
});

test('putting away more than a page: what is older comes by itself', async () => {
  for (let number = 0; number < 70; number += 1) await stack.send(people.alice, people.bob, `Letter ${number}`);
  await bob.page.reload();
  await bob.shows('Letter 69');
  assert.equal((await bob.shown()).rows.length, 50);
  const newest = (await stack.list(people.bob)).items;
  for (const { id } of newest) await stack.ask(people.bob, `/api/messaging/messages/${id}/archive`, null);
  await bob.shows('Letter 19');
  assert.ok(!(await bob.subjects()).includes('Letter 20'));
  await bob.becomes('live');
});
