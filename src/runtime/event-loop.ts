import type { Clock } from "./clock.ts";

/** Watches how late the event loop is. */
export interface EventLoopMonitor {
  /** The worst lateness of the last ticks, or of the one that is due now. */
  lagMs(): number;
  stop(): void;
}

const tickMs = 1_000;
/** One bad tick is remembered for this many good ones, long enough for a probe to see it. */
const rememberedTicks = 15;

/** Starts ticking. */
export function watchEventLoop(
  clock: Pick<Clock, "monotonic" | "after">,
  report: (lagMs: number) => void,
): EventLoopMonitor {
  const lags: number[] = [];
  let dueAtMs = 0;
  let cancel = (): void => {};
  const overdueMs = (): number => Math.max(0, clock.monotonic() - dueAtMs);
  const schedule = (): void => {
    dueAtMs = clock.monotonic() + tickMs;
    cancel = clock.after(tickMs, () => {
      const lag = overdueMs();
      lags.push(lag);
      if (lags.length > rememberedTicks) lags.shift();
      report(lag);
      schedule();
    });
  };
  schedule();
  return { lagMs: () => Math.max(overdueMs(), ...lags), stop: () => cancel() };
}
