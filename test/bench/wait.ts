import { setTimeout as sleep } from "node:timers/promises";

const pauseDefaultMs = 25;
const limitDefaultMs = 60_000;

/** Looks again and again until it holds; says what was waited for when that takes too long. */
export async function waitUntil(
  what: string,
  holds: () => boolean | Promise<boolean>,
  { limitMs = limitDefaultMs, pauseMs = pauseDefaultMs }: { readonly limitMs?: number; readonly pauseMs?: number } = {},
): Promise<void> {
  const end = performance.now() + limitMs;
  while (!(await holds())) {
    if (performance.now() > end) throw new Error(`Waited ${String(limitMs / 1000)} s in vain until ${what}.`);
    await sleep(pauseMs);
  }
}

/** The promise's outcome, or an error that says what was waited for when that takes too long. */
export async function within<T>(what: string, promise: Promise<T>, limitMs: number): Promise<T> {
  const timer = new AbortController();
  const late = sleep(limitMs, undefined, { signal: timer.signal }).then((): never => {
    throw new Error(`Waited ${String(limitMs / 1000)} s in vain until ${what}.`);
  });
  try {
    return await Promise.race([promise, late]);
  } finally {
    timer.abort();
    // Whoever lost the race has nobody to hear it any more.
    void late.catch(() => {});
  }
}
