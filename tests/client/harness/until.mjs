import { setTimeout as pause } from 'node:timers/promises';

/** Waits until `holds` answers true; else fails with what `saw` tells. */
export async function until(what, holds, saw = () => '', ms = 45_000) {
  const end = Date.now() + ms;
  for (;;) {
    if (await holds()) return;
    if (Date.now() > end) throw new Error(`not within ${ms} ms: ${what}; ${JSON.stringify(await saw())}`);
    await pause(20);
  }
}

/** Asks again and again while `act` goes on: `check` throws at the first lie. */
export async function always(check, act) {
  let isOver = false;
  const watching = (async () => {
    while (!isOver) {
      await check();
      await pause(20);
    }
  })();
  watching.catch(() => {});
  try {
    return await Promise.race([act(), watching.then(() => new Promise(() => {}))]);
  } finally {
    isOver = true;
    await watching;
  }
}
