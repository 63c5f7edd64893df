// Waiting for something outside the browser: asks again until it is so or the time is up. Pages are waited for with `expect`.

import { setTimeout as pause } from 'node:timers/promises';

const BETWEEN_MS = 50;

/** Returns the first truthy answer; fails with `what` once `limitMs` are over. */
export async function until<T>(
  what: string,
  limitMs: number,
  ask: () => T | Promise<T>,
): Promise<Exclude<T, undefined | null | false>> {
  const deadline = Date.now() + limitMs;
  for (;;) {
    const answer = await ask();
    if (answer) return answer as Exclude<T, undefined | null | false>;
    if (Date.now() > deadline) throw new Error(`not within ${limitMs} ms: ${what}`);
    await pause(BETWEEN_MS);
  }
}
