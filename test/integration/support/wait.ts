import { setTimeout as sleep } from "node:timers/promises";

const limitDefaultMs = 30_000;
const pauseMs = 60;

/** Looks again and again until what is seen is as it should be. When that takes too long, it says what was seen last. */
export async function waitFor<T>(
  what: string,
  look: () => Promise<T>,
  holds: (seen: T) => boolean,
  limitMs = limitDefaultMs,
): Promise<T> {
  const end = performance.now() + limitMs;
  for (;;) {
    const seen = await look();
    if (holds(seen)) return seen;
    if (performance.now() > end)
      throw new Error(`Waited ${String(limitMs / 1000)} s in vain until ${what}. Last seen: ${shorten(seen)}`);
    await sleep(pauseMs);
  }
}

/** Lets time pass where a test is about what does not happen in it. */
export async function letPass(ms: number): Promise<void> {
  await sleep(ms);
}

function shorten(seen: unknown): string {
  return (JSON.stringify(seen, readable, 1) ?? "nothing").slice(0, 6000);
}

function readable(key: string, value: unknown): unknown {
  if (key === "managedFields") return undefined;
  return value instanceof Map ? Object.fromEntries(value) : value;
}
