// A place in a tenant's event log: `<epoch>.<seq>`. Places of two epochs cannot be compared.
export interface Cursor {
  readonly epoch: string;
  readonly seq: number;
}

const shape = /^([a-z0-9]{4,16})\.(0|[1-9]\d{0,15})$/;

export function parseCursor(text: string | null | undefined): Cursor | null {
  const found = shape.exec(text ?? '');
  return found?.[1] && found[2] ? { epoch: found[1], seq: Number(found[2]) } : null;
}

export function formatCursor({ epoch, seq }: Cursor): string {
  return `${epoch}.${seq}`;
}

/** True if `place` adds nothing to what is known up to `known`. */
export function isCovered(place: Cursor, known: Cursor | null): boolean {
  return known !== null && place.epoch === known.epoch && place.seq <= known.seq;
}

/** The later of two places; of two epochs the second, which is the news. */
export function later(a: Cursor | null, b: Cursor): Cursor {
  return a && a.epoch === b.epoch && a.seq > b.seq ? a : b;
}
