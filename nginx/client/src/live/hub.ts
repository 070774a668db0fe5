// One hub per browser: any number of pages, one follower (and so one stream) per person and tenant.
// It runs in a SharedWorker, else in the page that holds the lock, else in each page for itself.
import { Follower, type FollowerParts } from './follower';
import { placeOf, type FromHub, type ToHub, type Told } from './protocol';

export interface Port {
  post(message: Told): void;
}

interface Room {
  follower: Follower;
  ports: Set<Port>;
}

export class Hub {
  private readonly rooms = new Map<string, Room>();
  private readonly places = new Map<Port, string>();
  private readonly ports = new Set<Port>();

  constructor(private readonly parts: FollowerParts) {}

  receive(port: Port, message: ToHub): void {
    this.ports.add(port);
    switch (message.kind) {
      case 'attach':
        this.attach(port, message);
        break;
      case 'leave':
        this.leave(port);
        break;
      case 'kick':
        this.roomOf(port)?.follower.kick();
        break;
      case 'session':
        for (const other of this.ports) if (other !== port) other.post({ kind: 'session' });
        break;
      case 'ping':
        port.post({ kind: 'pong' });
        break;
    }
  }

  /** The page is gone; the last one takes the stream with it. */
  remove(port: Port): void {
    this.leave(port);
    this.ports.delete(port);
  }

  stop(): void {
    for (const { follower } of this.rooms.values()) follower.stop(null);
    this.rooms.clear();
  }

  private attach(port: Port, { person, tenantId, cursor, timing }: Extract<ToHub, { kind: 'attach' }>): void {
    const name = placeOf(person, tenantId);
    if (this.places.get(port) !== name) this.leave(port);
    const old = this.rooms.get(name);
    const isOver = old?.follower.connection.phase === 'stopped';
    this.places.set(port, name);
    if (old && !isOver) {
      old.ports.add(port);
      welcome(port, name, old.follower);
      return;
    }
    const ports = old?.ports.add(port) ?? new Set([port]);
    const tell = (message: FromHub): void => {
      for (const each of ports) each.post({ ...message, place: name });
    };
    const follower = new Follower(tenantId, cursor, timing, this.parts, tell);
    this.rooms.set(name, { follower, ports });
    tell({ kind: 'connection', connection: follower.connection });
    follower.start();
  }

  private leave(port: Port): void {
    const name = this.places.get(port);
    const room = this.roomOf(port);
    this.places.delete(port);
    if (!room || name === undefined) return;
    room.ports.delete(port);
    if (room.ports.size > 0) return;
    room.follower.stop(null);
    this.rooms.delete(name);
  }

  private roomOf(port: Port): Room | undefined {
    return this.rooms.get(this.places.get(port) ?? '');
  }
}

function welcome(port: Port, place: string, { connection, cursor, counts }: Follower): void {
  port.post({ kind: 'connection', connection, place });
  if (cursor) port.post({ kind: 'covered', from: cursor, place });
  if (counts) port.post({ kind: 'counts', ...counts, place });
}
