/** Time and chance as arguments: production passes the machine's, tests pass their own. */
export interface Clock {
  /** Milliseconds since the epoch, for what people read and what objects carry. */
  now(): number;
  /** Milliseconds on a clock that never jumps, for measuring how long something took. */
  monotonic(): number;
  /** Runs once after a delay, unless cancelled by the returned function. */
  after(delayMs: number, run: () => void): () => void;
  /** Resolves after a delay; rejects with the signal's reason when it aborts first. */
  sleep(delayMs: number, signal: AbortSignal): Promise<void>;
}

/** A number in [0, 1). */
export type Random = () => number;

/**
 * The machine's time. A sleep keeps the process alive, because somebody awaits it; a timer of after() does not: it is a
 * limit or a reminder, and the work that it watches over is what keeps the process up.
 */
export const systemClock: Clock = {
  now: () => Date.now(),
  monotonic: () => performance.now(),
  after: (delayMs, run) => {
    const timer = setTimeout(run, Math.min(delayMs, timerMaxMs)).unref();
    return () => clearTimeout(timer);
  },
  sleep: (delayMs, signal) =>
    new Promise((resolve, reject) => {
      if (signal.aborted) return reject(signal.reason);
      const finish = (): void => {
        signal.removeEventListener("abort", abort);
        resolve();
      };
      const timer = setTimeout(finish, Math.min(delayMs, timerMaxMs));
      const abort = (): void => {
        clearTimeout(timer);
        reject(signal.reason);
      };
      signal.addEventListener("abort", abort, { once: true });
    }),
};

/** A longer delay would overflow Node's timer and fire at once. */
const timerMaxMs = 2 ** 31 - 1;
