import type { Clock } from "../../../src/runtime/clock.ts";

/** A process's view of the one virtual clock: it stops for good when the process dies. */
export interface ProcessClock extends Clock {
  freeze(): void;
  pending(): number;
}

/** Counts a process's timers, and drops them when it dies. */
export function createProcessClock(clock: Clock): ProcessClock {
  const cancels = new Set<() => void>();
  let frozen = false;
  const after: Clock["after"] = (delayMs, run) => {
    if (frozen) return () => undefined;
    const cancel = (): void => {
      cancels.delete(cancel);
      cancelTimer();
    };
    const cancelTimer = clock.after(delayMs, () => {
      cancels.delete(cancel);
      run();
    });
    cancels.add(cancel);
    return cancel;
  };
  return {
    now: () => clock.now(),
    monotonic: () => clock.monotonic(),
    after,
    sleep: (delayMs, signal) => sleep(after, delayMs, signal),
    freeze: () => {
      frozen = true;
      for (const cancel of cancels) cancel();
    },
    pending: () => cancels.size,
  };
}

function sleep(after: Clock["after"], delayMs: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    if (signal.aborted) {
      reject(signal.reason as Error);
      return;
    }
    const onAbort = (): void => {
      cancel();
      reject(signal.reason as Error);
    };
    const cancel = after(delayMs, () => {
      signal.removeEventListener("abort", onAbort);
      resolve();
    });
    signal.addEventListener("abort", onAbort, { once: true });
  });
}
