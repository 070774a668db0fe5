// How long the client waits for what. A page may say otherwise: <meta name="harbor-timing" content="pollAlone=5000">.
export interface Timing {
  /** Between two looks at the log while the stream lives: a safety net. */
  pollLive: number;
  /** The same while there is no stream. */
  pollAlone: number;
  /** From opening a stream to its `hello`. */
  open: number;
  backoffBase: number;
  backoffCap: number;
}

export const defaultTiming: Timing = {
  pollLive: 60_000, pollAlone: 15_000, open: 10_000, backoffBase: 1000, backoffCap: 60_000,
};

export function pageTiming(): Timing {
  const words = document.querySelector<HTMLMetaElement>('meta[name="harbor-timing"]')?.content ?? '';
  const timing = { ...defaultTiming };
  for (const name of Object.keys(timing) as (keyof Timing)[]) {
    const found = new RegExp(`\\b${name}=(\\d{2,7})\\b`).exec(words);
    if (found) timing[name] = Number(found[1]);
  }
  return timing;
}

/** Full jitter: anything from nothing to a ceiling that doubles with every failure. */
export function backoff(failures: number, { backoffBase, backoffCap }: Timing): number {
  return Math.random() * Math.min(backoffCap, backoffBase * 2 ** Math.min(failures, 20));
}

/** Around `ms`, so that pages which began together do not stay together. */
export const spread = (ms: number): number => ms * (0.8 + 0.4 * Math.random());
