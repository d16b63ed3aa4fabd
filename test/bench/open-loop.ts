import { setTimeout as sleep } from "node:timers/promises";

/** Begins work at a fixed rate, whether or not earlier work has ended: what is late stays late and is counted as such.
 * Resolves when all of it has ended. */
export async function runOpenLoop(
  { perSecond, count }: { readonly perSecond: number; readonly count: number },
  work: (index: number) => Promise<void>,
): Promise<void> {
  const startedAt = performance.now();
  const begun: Promise<void>[] = [];
  for (let index = 0; index < count; index += 1) {
    const waitMs = startedAt + (index * 1000) / perSecond - performance.now();
    if (waitMs > 0) await sleep(waitMs);
    begun.push(work(index));
  }
  await Promise.all(begun);
}
