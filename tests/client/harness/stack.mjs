// One whole Harbor of its own, through tools/stack.py: Redis, the workers and nginx in a temporary folder.
import { execFile, spawnSync } from 'node:child_process';
import { copyFile, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

const run = promisify(execFile);
const root = fileURLToPath(new URL('../../..', import.meta.url));
const programs = resolve(root, process.env.HARBOR_BIN ?? 'build/asan/bin');
const password = 'harbor-demo';

// Cheap password hashes (sanitizers make them slow), heartbeats often enough for short tests.
const base = {
  auth: { argon2_memory: '64 KiB', argon2_passes: 1, login_per_address: '100000/15 min' },
  stream: { heartbeat: '1 s' },
  limits: { messages: '1000000/min' },
};

// What a failed test leaves behind is ended with this program.
const running = new Set();
process.on('exit', () => running.forEach(({ state }) => spawnSync('/usr/bin/python3', ['tools/stack.py', 'stop', '--state', state], { cwd: root })));
for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, () => process.exit(1));

/** Browsers that a failed test did not close: they would keep the program from ending. */
export const abandoned = new Set();

export class Stack {
  static async start(overlay = {}) {
    const folder = await mkdtemp(join(tmpdir(), 'hc-'));
    const stack = new Stack(folder);
    running.add(stack);
    const config = { ...base, ...overlay };
    for (const name of Object.keys(base)) config[name] = { ...base[name], ...overlay[name] };
    await writeFile(join(folder, 'overlay.yaml'), JSON.stringify(config));
    const words = ['run', '--bin', programs, '--port', '0', '--demo', '--config', join(folder, 'overlay.yaml'), '--detach'];
    const output = await stack.tool(...words);
    stack.origin = output.trim().split('\n').at(-1).replace(/^ready /, '');
    stack.port = Number(new URL(stack.origin).port);
    return stack;
  }

  constructor(folder) {
    this.folder = folder;
    this.state = join(folder, 's');
    this.tokens = new Map();
  }

  async stop() {
    running.delete(this);
    for (const browser of [...abandoned]) await browser.context.close().catch(() => {});
    await this.tool('stop');
    const log = await readFile(join(this.state, 'logs', 'sse-1.log'), 'utf8');
    if (log.includes('ERROR: AddressSanitizer')) throw new Error(log);
    await rm(this.folder, { recursive: true, force: true });
  }

  tool(command, ...words) {
    const call = ['tools/stack.py', command, '--state', this.state, ...words];
    return run('/usr/bin/python3', call, { cwd: root }).then(({ stdout }) => stdout);
  }

  /** stop, start, kill, restart, reload-nginx … (tools/stack.py) */
  ctl(...words) {
    return this.tool('ctl', ...words);
  }

  harborctl(...words) {
    const call = ['tools/stack.py', 'harborctl', '--state', this.state, '--bin', programs, ...words];
    const child = run('/usr/bin/python3', call, { cwd: root });
    child.child.stdin.end(`${password}\n`);
    return child;
  }

  /** All workers down, `act`, all up again: nobody has the database meanwhile. */
  async withoutWorkers(act) {
    const workers = ['api-1', 'api-2', 'sse-1', 'jobs'];
    for (const name of workers) await this.ctl('stop', name);
    await act();
    for (const name of workers) await this.ctl('start', name);
  }

  /** Copies the database's files out of its place, or back into it. */
  async copyDatabase(from, to) {
    for (const name of ['harbor.db', 'harbor.db-wal', 'harbor.db-shm']) {
      await rm(join(to, name), { force: true });
      await copyFile(join(from, name), join(to, name)).catch((error) => {
        if (error.code !== 'ENOENT' || name === 'harbor.db') throw error;
      });
    }
  }

  /** How many streams the sse worker holds: accepted connections carry the path of its socket. */
  async streams() {
    const table = await readFile('/proc/net/unix', 'utf8');
    const socket = join(this.state, 'run', 'sse.sock');
    return table.split('\n').filter((line) => line.endsWith(socket) && line.split(/\s+/)[5] === '03').length;
  }

  // --- the API, as a script of that person ------------------------------------------------------------------------------

  /** GET without a body; POST with one, or with null. */
  async ask(person, path, body) {
    const headers = { Authorization: `Bearer ${await this.token(person)}` };
    if (body) headers['Content-Type'] = 'application/json';
    const init = { method: body === undefined ? 'GET' : 'POST', headers };
    if (body) init.body = JSON.stringify(body);
    const response = await fetch(this.origin + path, init);
    const text = await response.text();
    if (!response.ok) throw new Error(`${path}: ${response.status} ${text}`);
    return text ? JSON.parse(text) : null;
  }

  send(from, to, subject, body = `About ${subject}.`, tenantId = 'acme') {
    return this.ask(from, '/api/messaging/send', { tenantId, subject, body, recipients: [to].flat() });
  }

  list(person, folder = 'inbox', tenantId = 'acme') {
    return this.ask(person, `/api/messaging/messages?tenantId=${tenantId}&folder=${folder}`);
  }

  counts(person, tenantId = 'acme') {
    return this.ask(person, `/api/messaging/unread-count?tenantId=${tenantId}`);
  }

  async token(person) {
    if (!this.tokens.has(person)) {
      const body = JSON.stringify({ email: person, password, token: true });
      const headers = { 'Content-Type': 'application/json' };
      const response = await fetch(`${this.origin}/api/auth/login`, { method: 'POST', headers, body });
      if (!response.ok) throw new Error(`login of ${person}: ${response.status}`);
      this.tokens.set(person, (await response.json()).token);
    }
    return this.tokens.get(person);
  }
}

export const people = { alice: 'alice@acme.example', bob: 'bob@acme.example', dana: 'dana@acme.example', carol: 'carol@globex.example' };
export { password, root };
