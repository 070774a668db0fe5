// Pictures of every screen in both themes and at phone width, into the folder given (default: build/screenshots).
//   HARBOR_BIN=build/release/bin node tests/client/screenshots.mjs [FOLDER]
import { mkdir } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { Browser } from './harness/browser.mjs';
import { Proxy } from './harness/proxy.mjs';
import { fillMailbox, visitScreens } from './harness/screens.mjs';
import { people, root, Stack } from './harness/stack.mjs';

const folder = resolve(process.argv[2] ?? join(root, 'build/screenshots'));
await mkdir(folder, { recursive: true });

const variants = {
  light: { colorScheme: 'light', viewport: { width: 1280, height: 800 } },
  dark: { colorScheme: 'dark', viewport: { width: 1280, height: 800 } },
  phone: { colorScheme: 'light', viewport: { width: 360, height: 740 }, hasTouch: true },
  'phone-dark': { colorScheme: 'dark', viewport: { width: 360, height: 740 }, hasTouch: true },
};

for (const [name, options] of Object.entries(variants)) {
  const stack = await Stack.start();
  const proxy = await Proxy.to(stack.port);
  const browser = await Browser.open({ ...options, reducedMotion: 'reduce' });
  const picture = (page, screen) => page.screenshot({ path: join(folder, `${name}-${screen}.png`) });

  const carol = await browser.signIn(stack.origin, people.carol);
  await carol.becomes('live');
  await picture(carol.page, 'empty');
  await carol.page.locator('harbor-app-bar details > summary[role=button]').click();
  await carol.page.locator('#sign-out').click();
  await carol.page.close();

  await fillMailbox(stack);
  const mail = await browser.page(proxy.origin);
  await visitScreens(mail, stack, (screen) => picture(mail.page, screen));
  proxy.cut();
  await mail.becomes('offline');
  await mail.page.locator('harbor-list .filter button').first().click();
  await picture(mail.page, 'offline');
  proxy.restore();
  await mail.becomes('live');
  await browser.close();
  await proxy.close();
  await stack.stop();
}
console.log(folder);
