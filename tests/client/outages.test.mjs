// Parts fail one after the other. The page says so, never claims to be live when it is not, and ends with the truth.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { Browser } from './harness/browser.mjs';
import { Proxy } from './harness/proxy.mjs';
import { people, Stack } from './harness/stack.mjs';
import { always, until } from './harness/until.mjs';

let stack, proxy, browser, bob;

before(async () => {
  stack = await Stack.start();
  proxy = await Proxy.to(stack.port);
  browser = await Browser.open();
  browser.expect(/ERR_|status of 50\d|net::|EventSource/);
  bob = await browser.signIn(proxy.origin, people.bob);
  await bob.becomes('live');
});

after(async () => {
  await browser.close();
  await proxy.close();
  await stack.stop();
});

/** Whenever the page says "live", it must show every one of these. */
async function truthful(subjects) {
  const { phase, rows } = await bob.shown();
  if (phase !== 'live') return;
  const shown = rows.map((row) => row.subject);
  assert.deepEqual(subjects.filter((subject) => !shown.includes(subject)), [], 'live, but these are not shown');
}

async function neverLive() {
  assert.notEqual(await bob.phase(), 'live');
}

async function endsWell() {
  await bob.becomes('live');
  await bob.equals(stack, people.bob);
}

test('the sse worker is killed: what was sent meanwhile is there when the page is live again', async () => {
  await stack.ctl('stop', 'sse-1');
  await bob.becomes('catching-up', 'polling');
  const { since } = await bob.shown();
  assert.ok(Math.abs(Date.parse(since) - Date.now()) < 10_000, since);
  await stack.send(people.alice, people.bob, 'While the streams were down');
  await always(neverLive, async () => {
    await bob.becomes('polling');
    await bob.shows('While the streams were down');
  });
  await always(() => truthful(['While the streams were down']), async () => {
    await stack.ctl('start', 'sse-1');
    await bob.becomes('live');
  });
  await stack.ctl('kill', 'sse-1', 'KILL');
  await stack.send(people.alice, people.bob, 'After the kill');
  await bob.shows('After the kill');
  await endsWell();
});

test('the sse worker is restarted and nginx reloaded: the same list, live', async () => {
  await stack.ctl('restart', 'sse-1');
  await stack.send(people.alice, people.bob, 'After the restart');
  await bob.shows('After the restart');
  await endsWell();
  await stack.ctl('reload-nginx');
  await stack.send(people.alice, people.bob, 'After the reload');
  await bob.shows('After the reload');
  await endsWell();
});

test('Redis is gone: nothing is lost and the page stays live', async () => {
  await stack.ctl('stop', 'redis');
  await stack.send(people.alice, people.bob, 'Without Redis');
  await bob.shows('Without Redis');
  await endsWell();
  await stack.ctl('start', 'redis');
});

test('the network is cut: offline at once; back: everything that came meanwhile', async () => {
  proxy.cut();
  await bob.becomes('offline');
  for (const number of [1, 2, 3]) await stack.send(people.alice, people.bob, `Unheard ${number}`);
  await always(neverLive, async () => {
    const begun = Date.now();
    await until('a second of outage is over', () => Date.now() - begun > 1000);
  });
  await always(() => truthful(['Unheard 1', 'Unheard 2', 'Unheard 3']), async () => {
    proxy.restore();
    await bob.becomes('live');
  });
  await endsWell();
});

test('the network is silent: the watchdog finds out', async () => {
  proxy.hold();
  await stack.send(people.alice, people.bob, 'Into the silence');
  const begun = Date.now();
  await until('it is not live', async () => (await bob.phase()) !== 'live', () => bob.phase(), 10_000);
  assert.ok(Date.now() - begun < 6000, `${Date.now() - begun} ms`); // 2.5 heartbeats of a second, and a busy machine
  await always(() => truthful(['Into the silence']), async () => {
    proxy.restore();
    await bob.becomes('live');
  });
  await endsWell();
});

test('the browser is told it is offline: the page that holds the stream knows at once', async () => {
  const own = await Browser.open(); // without SharedWorker the stream is the page's, and the emulation reaches it
  own.expect(/ERR_|net::/);
  await own.context.addInitScript(() => delete globalThis.SharedWorker);
  const mail = await own.signIn(stack.origin, people.bob);
  await mail.becomes('live');
  await own.context.setOffline(true);
  await mail.becomes('offline');
  await stack.send(people.alice, people.bob, 'Aeroplane');
  await own.context.setOffline(false);
  await mail.becomes('live');
  assert.ok((await mail.subjects()).includes('Aeroplane'));
  await mail.equals(stack, people.bob);
  await own.close();
});

test('an answer is lost twice: the draft is tried again, and sent once', async () => {
  await bob.compose({ to: ['alice'], subject: 'Only once', body: 'However often it is tried.', isSent: false });
  let answersLost = 0;
  await bob.page.route('**/api/messaging/send', async (route) => {
    if (answersLost >= 2) return route.continue();
    answersLost += 1;
    await route.fetch(); // it arrives and is stored; the answer is lost
    await route.abort();
  });
  await bob.page.locator('harbor-compose #send').click();
  await bob.page.locator('harbor-compose').waitFor({ state: 'detached' });
  assert.equal(answersLost, 2);
  const sent = (await stack.list(people.bob, 'sent')).items.filter(({ subject }) => subject === 'Only once');
  assert.equal(sent.length, 1);
});

test('the database is copied back: the page forgets what never was', async () => {
  await stack.withoutWorkers(() => stack.copyDatabase(stack.state, stack.folder));
  await endsWell();
  await stack.send(people.alice, people.bob, 'Will never have been');
  await bob.shows('Will never have been');
  const [oldest] = (await stack.list(people.bob)).items.slice(-1);
  await stack.ask(people.bob, `/api/messaging/messages/${oldest.id}/${oldest.isRead ? 'unread' : 'read'}`, null);
  await bob.equals(stack, people.bob);
  await stack.withoutWorkers(() => stack.copyDatabase(stack.folder, stack.state));
  await until('it is forgotten', async () => !(await bob.subjects()).includes('Will never have been'), () => bob.subjects());
  await endsWell();
  await stack.send(people.alice, people.bob, 'In the new life');
  await bob.shows('In the new life');
  await endsWell();
});

test('nginx is gone and comes back', async () => {
  await stack.ctl('stop', 'nginx');
  await bob.becomes('offline');
  await stack.ctl('start', 'nginx');
  await endsWell();
});
