// Pictures of every screen in both themes, on a desk and in a hand, and in all languages, into the folder given (default:
// build/screenshots). With names of variants only those: … screenshots.mjs FOLDER phone phone-fr
//   HARBOR_BIN=build/release/bin node tests/client/screenshots.mjs [FOLDER [VARIANT…]]
import { mkdir } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { Browser } from './harness/browser.mjs';
import { Proxy } from './harness/proxy.mjs';
import { fillMailbox, visitScreens } from './harness/screens.mjs';
import { people, root, Stack } from './harness/stack.mjs';

const folder = resolve(process.argv[2] ?? join(root, 'build/screenshots'));
const wanted = process.argv.slice(3);
await mkdir(folder, { recursive: true });

const desk = { viewport: { width: 1280, height: 800 } };
const hand = { viewport: { width: 360, height: 740 }, hasTouch: true };
const variants = {
  light: { ...desk, colorScheme: 'light' },
  dark: { ...desk, colorScheme: 'dark' },
  tablet: { colorScheme: 'light', viewport: { width: 900, height: 700 } },
  phone: { ...hand, colorScheme: 'light' },
  'phone-dark': { ...hand, colorScheme: 'dark' },
  de: { ...desk, colorScheme: 'light', language: 'de' },
  es: { ...desk, colorScheme: 'light', language: 'es' },
  'phone-fr': { ...hand, colorScheme: 'light', language: 'fr' },
  'phone-nl': { ...hand, colorScheme: 'dark', language: 'nl' },
};

for (const [name, { language = 'en', ...options }] of Object.entries(variants)) {
  if (wanted.length > 0 && !wanted.includes(name)) continue;
  const stack = await Stack.start();
  const proxy = await Proxy.to(stack.port);
  const browser = await Browser.open({ ...options, locale: language === 'en' ? 'en-GB' : language, reducedMotion: 'reduce' });
  await take(name, `/${language}/harbor/messaging`, { stack, proxy, browser });
  await browser.close();
  await proxy.close();
  await stack.stop();
}
console.log(folder);

async function take(name, path, { stack, proxy, browser }) {
  const picture = (page, screen) => page.screenshot({ path: join(folder, `${name}-${screen}.png`) });
  const carol = await browser.signIn(stack.origin, people.carol, { path });
  await carol.becomes('live');
  await picture(carol.page, 'empty');
  await carol.page.locator('#account').click();
  await carol.page.locator('#sign-out').click();
  await carol.page.close();

  await fillMailbox(stack);
  const mail = await browser.page(proxy.origin, { path });
  await visitScreens(mail, stack, (screen) => picture(mail.page, screen));
  proxy.cut();
  await mail.becomes('offline');
  await mail.page.locator('harbor-list .filter button').first().click();
  await picture(mail.page, 'offline');
  await mail.open('Invoices'); // cannot be read now
  await mail.page.locator('harbor-reader .problem').waitFor();
  await picture(mail.page, 'offline-reading');
  proxy.restore();
  await mail.becomes('live');
}
