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
/** The same for what is reported, long enough for whoever scrapes metrics. */
const reportedTicks = 60;

/** Starts ticking. Reported with each tick is the worst of the last minute. */
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
      lags.push(overdueMs());
      if (lags.length > reportedTicks) lags.shift();
      report(Math.max(...lags));
      schedule();
    });
  };
  schedule();
  return { lagMs: () => Math.max(overdueMs(), ...lags.slice(-rememberedTicks)), stop: () => cancel() };
}
