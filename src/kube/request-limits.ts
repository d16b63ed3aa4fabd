import type { Timing } from "./timing.ts";

/** What competes for the API server's attention. Leader election is of its own class: nothing may hold it up. */
export type RequestClass = "list" | "read" | "write" | "system";

export interface ClassLimit {
  readonly concurrent: number;
  readonly perSecond: number;
  readonly burst: number;
}

export type RequestLimits = Readonly<Record<Exclude<RequestClass, "system">, ClassLimit>>;

/** Generous to writes, hard on lists: a list is the one call that can bring an API server to its knees. What bounds writes is how
 * many are under way, and that the API server says so when it is too many; the rate only stops a runaway loop. */
export const defaultRequestLimits: RequestLimits = {
  list: { concurrent: 2, perSecond: 100, burst: 200 },
  read: { concurrent: 16, perSecond: 200, burst: 400 },
  write: { concurrent: 16, perSecond: 1000, burst: 1000 },
};

/** Waits for a place; the returned function gives it back. */
export type AcquirePlace = (requestClass: RequestClass, signal: AbortSignal) => Promise<() => void>;

/** A token bucket and a cap on concurrent calls for each class, first come, first served. */
export function createRequestLimiter(limits: RequestLimits, timing: Timing): AcquirePlace {
  const gates = {
    list: createGate(limits.list, timing),
    read: createGate(limits.read, timing),
    write: createGate(limits.write, timing),
  };
  return async (requestClass, signal) => (requestClass === "system" ? () => {} : gates[requestClass](signal));
}

function createGate(limit: ClassLimit, timing: Timing): (signal: AbortSignal) => Promise<() => void> {
  const takePlace = createPlaces(limit.concurrent);
  const reserveToken = createBucket(limit, timing);
  return async (signal) => {
    const release = await takePlace(signal);
    try {
      const waitMs = reserveToken();
      if (waitMs > 0) await timing.sleep(waitMs, signal);
      return release;
    } catch (error) {
      release();
      throw error;
    }
  };
}

/** Takes a token, if need be one of the future, and says how long until it exists. */
function createBucket(limit: ClassLimit, timing: Timing): () => number {
  let tokens = limit.burst;
  let refilledAt = timing.monotonic();
  return () => {
    const now = timing.monotonic();
    tokens = Math.min(limit.burst, tokens + ((now - refilledAt) / 1000) * limit.perSecond);
    refilledAt = now;
    tokens -= 1;
    return tokens >= 0 ? 0 : (-tokens / limit.perSecond) * 1000;
  };
}

function createPlaces(total: number): (signal: AbortSignal) => Promise<() => void> {
  let free = total;
  const waiting = new Set<() => void>();
  const release = (): void => {
    free += 1;
    const [next] = waiting;
    next?.();
  };
  const take = (): (() => void) => {
    free -= 1;
    let held = true;
    return () => {
      if (held) release();
      held = false;
    };
  };
  return (signal) =>
    new Promise((resolve, reject) => {
      if (signal.aborted) return reject(signal.reason);
      if (free > 0) return resolve(take());
      const enter = (): void => {
        waiting.delete(enter);
        signal.removeEventListener("abort", leave);
        resolve(take());
      };
      const leave = (): void => {
        waiting.delete(enter);
        reject(signal.reason);
      };
      waiting.add(enter);
      signal.addEventListener("abort", leave, { once: true });
    });
}
