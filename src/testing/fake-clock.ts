import type { Clock } from "../runtime/clock.ts";

/** A clock that stands still until a test moves it. */
export interface FakeClock extends Clock {
  /** Lets time pass: every timer due on the way runs at its moment, and what it set off settles before the next. */
  advance(durationMs: number): Promise<void>;
  /** Time passes but nothing may run meanwhile, as when the event loop is blocked: due timers run afterwards. */
  block(durationMs: number): void;
  /** Timers not yet run. */
  pending(): number;
}

interface Timer {
  readonly atMs: number;
  readonly run: () => void;
}

/** A fake clock; people's time begins at the given moment, the monotonic clock at zero. */
export function createFakeClock(startMs = Date.parse("2026-11-01T12:00:00.123Z")): FakeClock {
  let elapsedMs = 0;
  const timers = new Set<Timer>();
  const after = (delayMs: number, run: () => void): (() => void) => {
    const timer = { atMs: elapsedMs + Math.max(0, delayMs), run };
    timers.add(timer);
    return () => timers.delete(timer);
  };
  const next = (untilMs: number): Timer | undefined =>
    [...timers].filter(({ atMs }) => atMs <= untilMs).toSorted((a, b) => a.atMs - b.atMs)[0];
  return {
    now: () => startMs + elapsedMs,
    monotonic: () => elapsedMs,
    after,
    sleep: (delayMs, signal) =>
      new Promise((resolve, reject) => {
        if (signal.aborted) return reject(signal.reason);
        const abort = (): void => {
          cancel();
          reject(signal.reason);
        };
        const cancel = after(delayMs, () => {
          signal.removeEventListener("abort", abort);
          resolve();
        });
        signal.addEventListener("abort", abort, { once: true });
      }),
    advance: async (durationMs) => {
      const untilMs = elapsedMs + durationMs;
      await settle();
      for (let timer = next(untilMs); timer !== undefined; timer = next(untilMs)) {
        timers.delete(timer);
        elapsedMs = Math.max(elapsedMs, timer.atMs);
        timer.run();
        await settle();
      }
      elapsedMs = Math.max(elapsedMs, untilMs);
    },
    block: (durationMs) => {
      elapsedMs += durationMs;
    },
    pending: () => timers.size,
  };
}

/** Lets everything that is ready to run, run. */
export async function settle(): Promise<void> {
  for (let turn = 0; turn < 3; turn += 1) await new Promise((resolve) => setImmediate(resolve));
}
