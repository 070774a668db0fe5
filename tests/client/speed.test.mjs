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
  await rounds(30, 'Paint');
  context.diagnostic(`event to paint, ms: ${await figures()}`);
});

/** One after the other: what one event takes, not how a burst queues. */
async function rounds(count, name) {
  for (let number = 0; number < count; number += 1) {
    await stack.send(people.alice, people.bob, `${name} ${number}`);
    await mail.shows(`${name} ${number}`);
    await until('it is measured', () => mail.page.evaluate((least) => globalThis.paints.length > least, number));
  }
}

async function figures() {
  const paints = (await mail.page.evaluate(() => globalThis.paints)).sort((a, b) => a - b);
  const median = paints[Math.floor(paints.length / 2)];
  assert.ok(median <= 200, `${median} ms`);
  return `median ${median.toFixed(1)}, worst ${paints.at(-1).toFixed(1)} of ${paints.length}`;
}

test('a list of two hundred rows moves as quickly', async (context) => {
  for (let number = 0; number < 170; number += 1) await stack.send(people.alice, people.bob, `Row ${number}`);
  await mail.shows('Row 169');
  await mail.page.evaluate(() => (globalThis.paints = []));
  await rounds(20, 'Late');
  context.diagnostic(`with 200 rows, ms: ${await figures()}`);
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
