// Every screen of the client, one after the other, for whoever wants to look at it: axe, and the eye.
import { people } from './stack.mjs';
import { until } from './until.mjs';

const { alice, bob, dana } = people;

/** Mail that looks like mail. */
export async function fillMailbox(stack) {
  const send = (draft) => stack.ask(draft.from, '/api/messaging/send', { tenantId: 'acme', subject: draft.subject, body: draft.body, recipients: draft.to, priority: draft.priority ?? 'normal', ...(draft.reply && { replyToMessageId: draft.reply }) });
  await send({ from: dana, to: [bob, alice], subject: 'Welcome aboard', body: 'Hello both,\n\nthis is where we write to each other from now on.\n\nDana' });
  const plan = await send({ from: alice, to: [bob, dana], subject: 'Plan for the harbour festival', body: 'The stands open at nine. I have put the map here: https://example.org/festival/map\n\nCould you look after the music?' });
  await send({ from: bob, to: [alice, dana], subject: 'Re: Plan for the harbour festival', body: 'Gladly. Two bands are enough, I think.', reply: plan.id });
  await send({ from: alice, to: [bob], subject: 'Crane 4 stands still', body: 'The hydraulic pump lost pressure at 06:40. Nobody is hurt; the crew is waiting for the spare part.\n\nReport: https://status.example.org/crane-4 (updated every ten minutes).\n\nAlice', priority: 'urgent' });
  await send({ from: dana, to: [bob], subject: 'Invoices of October, and a question about a very long subject line that does not fit', body: 'Could you check the three open ones before Friday?' });
  await send({ from: dana, to: [bob], subject: 'Überstunden – 残業 – عمل إضافي', body: 'Names and words of every script have to fit.' });
}

const closeDialog = async ({ page }) => {
  await page.locator('#close').click();
  const discard = page.locator('#discard');
  if (await discard.count()) await discard.click();
  await page.locator('harbor-compose').waitFor({ state: 'detached' });
};

/** Calls `look(name)` at each. The page must be at the sign-in form. */
export async function visitScreens(mail, stack, look) {
  const { page, browser } = mail;
  browser.expect(/status of (401|422)/);
  browser.expect(/ERR_(CONNECTION|INTERNET|FAILED)/);
  await page.locator('#email').waitFor();
  await look('login');
  await page.locator('#email').fill(bob);
  await page.locator('#password').fill('wrong');
  await page.keyboard.press('Enter');
  await page.locator('.problem').waitFor();
  await look('login-refused');
  await mail.signIn(bob);
  await mail.becomes('live');
  await mail.shows('Crane 4 stands still');
  await until('nothing is unseen', async () => (await mail.shown()).unseen === 0);
  await look('inbox');
  await mail.open('Crane 4');
  await page.locator('harbor-reader article').waitFor();
  await until('it is read', async () => (await stack.counts(bob)).unread === 4);
  await look('reading');
  await page.locator('#reply').click();
  await page.locator('harbor-compose textarea').waitFor();
  await look('replying');
  await closeDialog(mail);
  if (await page.locator('#back').isVisible()) await page.locator('#back').click();
  await page.locator('#compose').click();
  await page.locator('harbor-recipient-picker [role=option]').first().waitFor();
  await look('recipients');
  await page.locator('harbor-recipient-picker input').press('Enter');
  await page.locator('harbor-recipient-picker input').press('Escape');
  await page.locator('harbor-compose #send').click();
  await page.locator('harbor-compose .problem').waitFor();
  await look('compose-refused');
  await page.locator('harbor-compose #body').fill('A few words.');
  await page.locator('#close').click();
  await page.locator('#discard').waitFor();
  await look('compose-discard');
  await page.locator('#discard').click();
  await mail.folder('sent');
  await mail.shows('Re: Plan for the harbour festival');
  await look('sent');
  await mail.folder('inbox');
  await page.locator('harbor-list .filter button').nth(1).click();
  await mail.shows('Welcome aboard');
  await look('unread');
  await page.locator('harbor-app-bar details > summary[role=button]').click();
  await look('account');
  await page.keyboard.press('Escape');
  await page.locator('harbor-connection-status summary').click();
  await look('status');
  await page.keyboard.press('Escape');
}
