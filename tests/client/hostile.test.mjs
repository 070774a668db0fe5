// Whatever is in a subject, a body, a name or a link: it is text.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { Browser } from './harness/browser.mjs';
import { people, Stack } from './harness/stack.mjs';

const payloads = [
  '<script>globalThis.pwned=1</script>',
  '"><img src=x onerror=globalThis.pwned=1>',
  '<svg/onload=globalThis.pwned=1>',
  '<iframe srcdoc="<script>parent.pwned=1</script>"></iframe>',
  'javascript:globalThis.pwned=1',
  '[click](javascript:globalThis.pwned=1)',
  '<a href="javascript:globalThis.pwned=1">click</a>',
  '<math><mi xlink:href="data:x,<script>globalThis.pwned=1</script>">',
  '${globalThis.pwned=1}',
  '{{constructor.constructor("globalThis.pwned=1")()}}',
  '<style>@import "//evil.example/x.css";</style>',
  '--><!--<img src=//evil.example/pixel>',
  'https://good.example/"onmouseover="globalThis.pwned=1',
  'data:text/html,<script>globalThis.pwned=1</script>',
  '\u202ehttps://moc.live/\u202c',
];

let stack, browser, mail;

before(async () => {
  stack = await Stack.start();
  await stack.harborctl('user', 'add', 'mallory@acme.example', '--name', '<img src=x onerror=globalThis.pwned=1>');
  await stack.harborctl('member', 'add', 'acme', 'mallory@acme.example', '--role', 'user');
  browser = await Browser.open();
  mail = await browser.signIn(stack.origin, people.bob);
  await mail.becomes('live');
});

after(async () => {
  await browser.close(); // which asserts that nothing violated the policy and the console is empty
  await stack.stop();
});

test('payloads arrive live and are opened: nothing runs, nothing is made of them', async () => {
  const requests = [];
  mail.page.on('request', (request) => requests.push(request.url()));
  for (const [number, payload] of payloads.entries()) {
    const subject = `${number} ${payload}`.slice(0, 200);
    await stack.send('mallory@acme.example', people.bob, subject, `${payload}\nhttp://user:pass@evil.example/ https://fine.example/path?q=1.`);
    await mail.shows(subject);
    await mail.page.locator(`harbor-list .row[data-id]`).first().click();
    await mail.page.locator('harbor-reader h2', { hasText: `${number} ` }).waitFor();
    const [subjectShown, bodyShown, links, foreign] = await mail.page.evaluate(() => {
      const reader = document.querySelector('harbor-messaging').shadowRoot.querySelector('harbor-reader').shadowRoot;
      const all = (selector) => [...reader.querySelectorAll(selector)];
      return [
        reader.querySelector('h2').textContent, reader.querySelector('.body').textContent,
        all('a').map((link) => link.getAttribute('href')), all('script, img, iframe, style:not([data-lit]), object, embed, form').length,
      ];
    });
    assert.equal(subjectShown, subject);
    assert.ok(bodyShown.startsWith(payload), bodyShown);
    assert.equal(foreign, 0);
    for (const link of links) assert.match(link, /^https?:\/\/[^@]*$/);
    assert.ok(links.includes('https://fine.example/path?q=1'));
  }
  await mail.equals(stack, people.bob);
  assert.equal(await mail.page.evaluate(() => globalThis.pwned), undefined);
  assert.deepEqual(requests.filter((url) => !url.startsWith(stack.origin)), []);
});

test('names in the picker are text as well', async () => {
  await mail.page.locator('#compose').click();
  await mail.page.locator('harbor-recipient-picker input').fill('mallory');
  await mail.page.locator('harbor-recipient-picker [role=option]', { hasText: '<img' }).click();
  await mail.page.locator('harbor-recipient-picker .chip', { hasText: '<img' }).waitFor();
  assert.equal(await mail.page.evaluate(() => globalThis.pwned), undefined);
});

test('the policy is the strict one, on the page and its files', async () => {
  const page = await fetch(`${stack.origin}/en/harbor/messaging`);
  const policy = page.headers.get('content-security-policy');
  for (const part of ["default-src 'none'", "script-src 'self'", "require-trusted-types-for 'script'", "frame-ancestors 'none'"]) assert.ok(policy.includes(part), policy);
  assert.equal(page.headers.get('cache-control'), 'no-cache');
  const asset = /\/assets\/[^"]+\.js/.exec(await page.text())[0];
  assert.match((await fetch(stack.origin + asset)).headers.get('cache-control'), /immutable/);
});

test('the front page leads to the reader’s language', async () => {
  const wishes = { 'de-AT,de;q=0.9,en;q=0.8': 'de', 'pt,fr;q=0.5': 'fr', 'pt-BR': 'en', '': 'en', 'nl': 'nl', 'eng,es': 'es' };
  for (const [wish, language] of Object.entries(wishes)) {
    const answer = await fetch(stack.origin, { redirect: 'manual', headers: { 'Accept-Language': wish } });
    assert.equal(answer.status, 302);
    assert.equal(answer.headers.get('location'), `/${language}/harbor/messaging`, wish);
  }
});
