// The network between browsers and nginx: can be cut (resets), held (silence), and given back.
import { connect, createServer } from 'node:net';

export class Proxy {
  static async to(port) {
    const proxy = new Proxy(port);
    await new Promise((ready) => proxy.server.listen(0, '127.0.0.1', ready));
    proxy.origin = `http://127.0.0.1:${proxy.server.address().port}`;
    return proxy;
  }

  constructor(port) {
    this.pairs = new Set();
    this.state = 'open';
    this.server = createServer({ pauseOnConnect: true }, (client) => this.accept(client, port));
  }

  accept(client, port) {
    if (this.state === 'cut') return client.resetAndDestroy();
    const server = connect(port, '127.0.0.1');
    const pair = [client, server];
    this.pairs.add(pair);
    for (const [from, to] of [pair, [...pair].reverse()]) {
      from.on('data', (bytes) => this.state === 'held' || to.write(bytes));
      from.on('error', () => to.destroy());
      from.on('close', () => {
        to.destroy();
        this.pairs.delete(pair);
      });
    }
    client.resume();
  }

  /** Every connection ends, none can be made. */
  cut() {
    this.state = 'cut';
    this.drop();
  }

  drop() {
    for (const [client, server] of this.pairs) {
      client.resetAndDestroy();
      server.destroy();
    }
  }

  /** Nothing passes and nothing ends: a cable that was pulled. */
  hold() {
    this.state = 'held';
  }

  /** What was held is lost, as after a long silence. */
  restore() {
    if (this.state === 'held') this.drop();
    this.state = 'open';
  }

  close() {
    this.cut();
    return new Promise((done) => this.server.close(done));
  }
}
