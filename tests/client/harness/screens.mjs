// Every screen of the client, one after the other, for whoever wants to look at it: axe, and the eye.
import { people } from './stack.mjs';
import { until } from './until.mjs';

const { alice, bob, dana } = people;
const wilhelmina = 'wilhelmina.van-der-nederlanden-oranje@acme.example';

/** Mail that looks like mail: of several scripts, long and short. */
export async function fillMailbox(stack) {
  await stack.harborctl('user', 'add', wilhelmina, '--name', 'Wilhelmina-Konstantina van der Nederlanden-Oranje');
  await stack.harborctl('member', 'add', 'acme', wilhelmina, '--role', 'user');
  const send = (draft) => stack.ask(draft.from, '/api/messaging/send', { tenantId: 'acme', subject: draft.subject, body: draft.body, recipients: draft.to, priority: draft.priority ?? 'normal', ...(draft.reply && { replyToMessageId: draft.reply }) });
  await send({ from: dana, to: [bob, alice], subject: 'Welcome aboard', body: 'Hello both,\n\nthis is where we write to each other from now on.\n\nDana' });
  const plan = await send({ from: alice, to: [bob, dana, wilhelmina], subject: 'Plan for the harbour festival', body: 'The stands open at nine. I have put the map here: https://example.org/festival/map\n\nCould you look after the music?' });
  await send({ from: bob, to: [alice, dana, wilhelmina], subject: 'Re: Plan for the harbour festival', body: 'Gladly. Two bands are enough, I think.', reply: plan.id });
  await send({ from: wilhelmina, to: [bob], subject: 'Donaudampfschifffahrtselektrizitätenhauptbetriebswerkbauunterbeamtengesellschaft', body: `A word that does not break: ${'unbreakable'.repeat(12)}\n\nAnd an address: https://example.org/${'deep/'.repeat(30)}end` });
  await send({ from: alice, to: [bob], subject: 'Crane 4 stands still', body: 'The hydraulic pump lost pressure at 06:40. Nobody is hurt; the crew is waiting for the spare part.\n\nReport: https://status.example.org/crane-4 (updated every ten minutes).\n\nAlice', priority: 'urgent' });
  await send({ from: dana, to: [bob], subject: 'Invoices of October, and a question about a very long subject line that does not fit', body: 'Could you check the three open ones before Friday?', priority: 'high' });
  await send({ from: dana, to: [bob], subject: 'عمل إضافي يوم السبت', body: 'مرحبا بوب،\n\nهل تستطيع العمل يوم السبت من الساعة 9 إلى 12؟ التفاصيل هنا: https://example.org/rota\n\nشكرا، دانا' });
}

const closeDialog = async ({ page }) => {
  await page.locator('#close').click();
  const discard = page.locator('#discard');
  if (await discard.count()) await discard.click();
  await page.locator('harbor-compose').waitFor({ state: 'detached' });
};

const backToList = async ({ page }) => {
  if (await page.locator('#back').isVisible()) await page.locator('#back').click();
};

/** Calls `look(name)` at each. The page must be at the sign-in form. */
export async function visitScreens(mail, stack, look) {
  const { page, browser } = mail;
  browser.expect(/status of (401|404|422)/);
  browser.expect(/ERR_(CONNECTION|SOCKET|EMPTY|INTERNET|FAILED)/);
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
  await visitReader(mail, stack, look);
  await visitCompose(mail, look);
  await visitLists(mail, look);
}

async function visitReader(mail, stack, look) {
  const { page } = mail;
  const open = async (subject) => {
    await backToList(mail);
    await mail.open(subject);
    await page.locator('harbor-reader h2', { hasText: subject }).waitFor();
  };
  await open('Crane 4');
  await until('it is read', async () => (await stack.counts(bob)).unread === 5);
  await look('reading');
  await open('عمل');
  await look('reading-arabic');
  await open('Donau');
  await look('reading-long');
  await open('Crane 4');
  await page.locator('#reply').click();
  await page.locator('harbor-compose textarea').waitFor();
  await look('replying');
  await closeDialog(mail);
  await visitActs(mail, look);
  await backToList(mail);
}

/** What can be done to the open message. */
async function visitActs(mail, look) {
  const { page } = mail;
  await mail.act('save');
  await page.locator('#save[aria-pressed=true]').waitFor();
  await page.locator('harbor-reader #more').click();
  await look('actions');
  await page.locator('harbor-reader #forward').click();
  await page.locator('harbor-compose .original').waitFor();
  await look('forwarding');
  await closeDialog(mail);
  await mail.act('delete');
  await page.locator('harbor-question dialog').waitFor();
  await look('delete');
  await page.locator('#cancel').click();
}

async function visitCompose(mail, look) {
  const { page } = mail;
  const choose = async (name) => {
    await page.locator('harbor-recipient-picker input').fill(name);
    await page.locator('harbor-recipient-picker [role=option]', { hasText: name }).first().waitFor();
    await page.locator('harbor-recipient-picker input').press('Enter');
    await page.locator('harbor-recipient-picker .chip', { hasText: name }).waitFor();
  };
  await page.locator('#compose').click();
  await page.locator('harbor-recipient-picker [role=option]').first().waitFor();
  await look('recipients');
  await choose('Alice');
  await choose('Wilhelmina');
  await page.locator('harbor-recipient-picker input').press('Escape');
  await page.locator('harbor-compose #send').click();
  await page.locator('harbor-compose .problem').waitFor();
  await look('compose-refused');
  await page.locator('harbor-compose #body').fill('A few words.');
  await page.locator('#close').click();
  await page.locator('#discard').waitFor();
  await look('compose-discard');
  await page.locator('#discard').click();
}

async function visitLists(mail, look) {
  const { page } = mail;
  await mail.folder('archived');
  await page.locator('harbor-list .empty').waitFor();
  await look('archive-empty');
  await mail.folder('sent');
  await mail.shows('Re: Plan for the harbour festival');
  await look('sent');
  await visitOwn(mail, look);
  await mail.folder('inbox');
  await page.locator('harbor-list .filter button').nth(1).click();
  await mail.shows('Welcome aboard');
  await look('unread');
  await page.locator('#account').click();
  await look('account');
  await page.keyboard.press('Escape');
  await page.locator('harbor-connection-status summary').click();
  await look('status');
  await page.keyboard.press('Escape');
  await page.locator('#read-all').click();
  await page.locator('harbor-list .empty').waitFor();
  await look('all-read');
}

/** What only the sender can do, and the archive with something in it. */
async function visitOwn(mail, look) {
  const { page } = mail;
  await mail.open('Re: Plan');
  await page.locator('harbor-reader h2', { hasText: 'Re: Plan' }).waitFor();
  await mail.act('delete');
  await page.locator('harbor-question dialog').waitFor();
  await look('delete-own');
  await page.locator('#cancel').click();
  await mail.act('recall');
  await page.locator('#reason').fill('Three bands would be better after all.');
  await look('recall');
  await page.locator('#do-recall').click();
  await page.locator('harbor-reader .tombstone').waitFor();
  await look('recalled');
  await mail.act('archive');
  await page.locator('#undo').waitFor();
  await look('archived-notice');
  await mail.folder('archived');
  await page.locator('harbor-list .row').waitFor();
  await look('archive');
}
