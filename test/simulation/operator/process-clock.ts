import type { Clock } from "../../../src/runtime/clock.ts";
import { sleepOn } from "../apiserver/sleep-on.ts";

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
    sleep: (delayMs, signal) => sleepOn(after, delayMs, signal),
    freeze: () => {
      frozen = true;
      for (const cancel of cancels) cancel();
    },
    pending: () => cancels.size,
  };
}
