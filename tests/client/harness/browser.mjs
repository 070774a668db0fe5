// Debian's Chromium, driven by playwright-core of nginx/client; and one person's page as the tests see it.
import assert from 'node:assert/strict';
import { createRequire } from 'node:module';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { abandoned, password, root } from './stack.mjs';
import { until } from './until.mjs';

const require = createRequire(join(root, 'nginx/client/package.json'));
const { chromium } = require('playwright-core');
export const axe = require.resolve('axe-core/axe.min.js');

const flags = [
  '--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking',
  '--disable-component-update', '--disable-sync', '--disable-dev-shm-usage', '--mute-audio',
];
// Impatient pages: outages of a test last seconds.
const timing = 'pollLive=5000 pollAlone=700 open=3000 backoffBase=200 backoffCap=1500';

/** One browser with its own profile and cookies. */
export class Browser {
  static async open(options = {}) {
    const profile = await mkdtemp(join(tmpdir(), 'hc-profile-'));
    const context = await chromium.launchPersistentContext(profile, {
      executablePath: '/usr/bin/chromium', headless: true, args: flags, locale: 'en-GB', timezoneId: 'UTC',
      viewport: { width: 1280, height: 800 }, ...options,
    });
    return new Browser(context, profile);
  }

  constructor(context, profile) {
    this.context = context;
    this.profile = profile;
    this.complaints = [];
    abandoned.add(this);
    context.on('close', () => abandoned.delete(this));
    // Whoever is not signed in is told so when the page asks; Chromium calls that an error.
    this.expected = [/status of 401.*\/api\/auth\/me/];
    context.on('page', (page) => this.watch(page));
    context.pages().forEach((page) => this.watch(page));
    context.on('console', (message) => this.heard(message));
    context.on('weberror', (error) => this.complaints.push(`uncaught: ${error.error()}`));
  }

  /** A console error that a test provokes: a refused request, a connection that was cut. */
  expect(pattern) {
    this.expected.push(pattern);
  }

  heard(message) {
    const text = `${message.text()} ${message.location().url}`;
    if (!['error', 'warning'].includes(message.type())) return;
    if (!this.expected.some((pattern) => pattern.test(text))) this.complaints.push(text);
  }

  watch(page) {
    page.setDefaultTimeout(45_000); // a bound: machines that build beside us are slow
  }

  async page(origin, { path = '/en/harbor/messaging', fast = true } = {}) {
    const page = await this.context.newPage();
    await page.addInitScript(() => {
      globalThis.violations = [];
      addEventListener('securitypolicyviolation', (event) =>
        globalThis.violations.push(`${event.violatedDirective} ${event.blockedURI} ${event.sample}`));
    });
    if (fast) await page.route(/\/harbor\/messaging/, (route) => withTiming(route));
    await page.goto(origin + path);
    return new Mail(page, this);
  }

  async signIn(origin, person, options) {
    const mail = await this.page(origin, options);
    await mail.signIn(person);
    return mail;
  }

  async close() {
    const violations = await Promise.all(this.context.pages().map((page) => page.evaluate(() => globalThis.violations ?? []).catch(() => [])));
    await this.context.close();
    await rm(this.profile, { recursive: true, force: true });
    assert.deepEqual(violations.flat(), [], 'content security policy');
    assert.deepEqual(this.complaints, [], 'console');
  }
}

/** A browser for `act`, closed afterwards however that ends: what is left of a failed test must not fail the next. */
export async function withBrowser(options, act) {
  const browser = await Browser.open(options);
  try {
    await act(browser);
  } catch (error) {
    await browser.context.close();
    throw error;
  }
  await browser.close();
}

async function withTiming(route) {
  const response = await route.fetch();
  const body = (await response.text()).replace('<title>', `<meta name="harbor-timing" content="${timing}"><title>`);
  await route.fulfill({ response, body });
}

/** The messaging page of one person. */
export class Mail {
  constructor(page, browser) {
    this.page = page;
    this.browser = browser;
  }

  async signIn(person) {
    await this.page.locator('#email').fill(person);
    await this.page.locator('#password').fill(password);
    await this.page.locator('harbor-login .button.main').click();
    await this.page.locator('harbor-list').waitFor();
  }

  /** What is shown, all of one moment. */
  shown() {
    return this.page.evaluate(() => {
      const root = document.querySelector('harbor-messaging').shadowRoot;
      const inner = (element) => element?.shadowRoot ?? null;
      const list = inner(root.querySelector('harbor-list'));
      const bar = inner(root.querySelector('harbor-app-bar'));
      const folders = inner(root.querySelector('harbor-folders'));
      const text = (element) => element?.textContent.trim() ?? '';
      return {
        isLogin: root.querySelector('harbor-login') !== null,
        phase: bar?.querySelector('harbor-connection-status')?.getAttribute('phase') ?? null,
        since: bar?.querySelector('harbor-connection-status')?.getAttribute('since') ?? null,
        unseen: Number(bar?.querySelector('harbor-unread-badge')?.getAttribute('count') ?? -1),
        unread: Number(text(folders?.querySelector('.count')) || 0),
        rows: [...(list?.querySelectorAll('.row') ?? [])].map((row) => ({
          id: Number(row.dataset.id),
          who: text(row.querySelector('.who')),
          subject: text(row.querySelector('.subject')),
          excerpt: text(row.querySelector('.excerpt')),
          isUnread: row.classList.contains('is-unread'),
          isSaved: row.querySelector('.star') !== null,
        })),
      };
    });
  }

  async phase() {
    return (await this.shown()).phase;
  }

  becomes(...phases) {
    return until(`the page says ${phases}`, async () => phases.includes(await this.phase()), async () => this.phase());
  }

  async subjects() {
    return (await this.shown()).rows.map((row) => row.subject);
  }

  shows(subject) {
    return until(`${subject} is shown`, async () => (await this.subjects()).includes(subject), () => this.subjects());
  }

  open(subject) {
    return this.page.locator('harbor-list .row', { hasText: subject }).first().click();
  }

  /** A button of the open message, or in its menu. */
  async act(id) {
    const button = this.page.locator(`harbor-reader #${id}`);
    if (!(await button.isVisible())) await this.page.locator('harbor-reader #more').click();
    await button.click();
  }

  folder(name) {
    return this.page.locator(`harbor-folders [data-folder=${name}]`).click();
  }

  /** Fills the form; sends it too, unless told not to. */
  async compose({ to, subject, body, isSent = true }) {
    await this.page.locator('#compose').click();
    for (const name of to) {
      const input = this.page.locator('harbor-recipient-picker input');
      await input.fill(name);
      await this.page.locator('harbor-recipient-picker [role=option]', { hasText: name }).first().waitFor();
      await input.press('Enter');
      await this.page.locator('harbor-recipient-picker .chip', { hasText: name }).waitFor();
    }
    await this.page.locator('harbor-compose #subject').fill(subject);
    await this.page.locator('harbor-compose #body').fill(body);
    if (isSent) await this.page.locator('harbor-compose #send').click();
  }

  /** The end of every story: list, order, read state and counts are the server's. */
  async equals(stack, person, folder = 'inbox') {
    let difference;
    await until('the page shows exactly what the server has', async () => {
      const [shown, { items }, counts] = await Promise.all([this.shown(), stack.list(person, folder), stack.counts(person)]);
      const want = items.map((item) => ({
        id: item.id, excerpt: item.excerpt.trim(), isSaved: item.isSaved,
        subject: item.isRecalled ? 'This message was recalled.' : item.subject || '(no subject)',
        isUnread: item.senderEmail !== person && !item.isRead,
        who: item.senderEmail === person ? `To: ${item.recipients.map(({ name }) => name).join(', ')}` : item.senderName,
      }));
      difference = { shown: JSON.stringify(sorted(shown.rows)), want: JSON.stringify(sorted(want)), counts: [shown.unread, shown.unseen, counts.unread, counts.unseen] };
      return difference.shown === difference.want && shown.unread === counts.unread && shown.unseen === counts.unseen;
    }, () => difference);
  }
}

const sorted = (rows) => rows.map((row) => Object.fromEntries(Object.entries(row).sort()));
