// From the event to the screen, and what the first load weighs.
import assert from 'node:assert/strict';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { brotliCompressSync, gzipSync } from 'node:zlib';
import { Browser } from './harness/browser.mjs';
import { people, root, Stack } from './harness/stack.mjs';
import { until } from './harness/until.mjs';

let stack, browser, mail;

before(async () => {
  stack = await Stack.start();
  browser = await Browser.open();
  mail = await browser.signIn(stack.origin, people.bob);
  await mail.becomes('live');
});

after(async () => {
  await browser.close();
  await stack.stop();
});

test('an event is on the screen soon after it came', async (context) => {
  await mail.page.evaluate(() => {
    globalThis.paints = [];
    new PerformanceObserver((list) => globalThis.paints.push(...list.getEntriesByName('harbor:event-to-paint').map((entry) => entry.duration))).observe({ entryTypes: ['measure'] });
  });
  const rounds = 30;
  for (let number = 0; number < rounds; number += 1) {
    await stack.send(people.alice, people.bob, `Paint ${number}`);
    await mail.shows(`Paint ${number}`);
  }
  await until('all are measured', async () => (await mail.page.evaluate(() => globalThis.paints.length)) >= rounds);
  const paints = (await mail.page.evaluate(() => globalThis.paints)).sort((a, b) => a - b);
  const [median, worst] = [paints[Math.floor(paints.length / 2)], paints.at(-1)];
  context.diagnostic(`event to paint, ms: median ${median.toFixed(1)}, worst ${worst.toFixed(1)} of ${paints.length}`);
  assert.ok(median <= 200, `${median} ms`);
});

test('a list of two hundred rows moves as quickly', async (context) => {
  for (let number = 0; number < 170; number += 1) await stack.send(people.alice, people.bob, `Row ${number}`);
  await mail.shows('Row 169');
  const paints = (await mail.page.evaluate(() => globalThis.paints)).slice(-100).sort((a, b) => a - b);
  context.diagnostic(`with 200 rows, ms: median ${paints[50].toFixed(1)}, worst ${paints.at(-1).toFixed(1)}`);
  assert.ok(paints[50] <= 200);
});

test('the first load is at most 90 KB of compressed script', async (context) => {
  const assets = join(root, 'nginx/client/dist/assets');
  const first = (await readdir(assets)).filter((name) => /^(harbor|hub\.worker|page)-.*\.js$/.test(name));
  let [gzip, brotli] = [0, 0];
  for (const name of first) {
    const bytes = await readFile(join(assets, name));
    gzip += gzipSync(bytes, { level: 9 }).length;
    brotli += brotliCompressSync(bytes).length;
  }
  context.diagnostic(`first load: ${first.join(', ')}: gzip ${gzip}, brotli ${brotli} bytes`);
  assert.ok(gzip <= 90 * 1024, `${gzip}`);
});
