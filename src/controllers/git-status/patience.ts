import type { ProviderErrorKind } from "../../git-status/provider-error.ts";
import type { Clock, Random } from "../../runtime/clock.ts";

/** A failed attempt to tell a git provider. */
export interface Failure {
  /** `rejected` also where credentials are missing: only a person can mend either. */
  readonly kind: ProviderErrorKind;
  readonly message: string;
  readonly retryAfterMs?: number;
}

/** How long each Snapshot's reports wait after failures. */
export interface Patience {
  /** Milliseconds until the next attempt; 0 when it may be made now. */
  waitMs(uid: string): number;
  /** Notes a failure; how many there were in a row, and how long to wait now. */
  failed(uid: string, failure: Failure): { readonly failures: number; readonly waitMs: number };
  forget(uid: string): void;
}

const firstWaitMs = 1_000;
const keptMax = 1_000;
const longestWaitMs = 5 * 60_000;
/** What only a person can mend is tried again now and then, so that mending is all they have to do. */
const rejectedWaitMs = 5 * 60_000;

/** Waits that double with each failure, unless the provider says how long. They are parted by chance, and kept in memory: after a
 * restart everything is tried once. */
export function createPatience(clock: Clock, random: Random): Patience {
  const waiting = new Map<string, { readonly failures: number; readonly until: number }>();
  return {
    waitMs: (uid) => Math.max(0, (waiting.get(uid)?.until ?? 0) - clock.monotonic()),
    failed: (uid, failure) => {
      const failures = (waiting.get(uid)?.failures ?? 0) + 1;
      const waitMs = waitAfter(failure, failures) * (1 + random() / 4);
      if (waiting.size >= keptMax) forgetPast(waiting, clock.monotonic());
      waiting.set(uid, { failures, until: clock.monotonic() + waitMs });
      return { failures, waitMs };
    },
    forget: (uid) => waiting.delete(uid),
  };
}

/** Objects that were deleted are never forgotten by name. */
function forgetPast(waiting: Map<string, { readonly until: number }>, now: number): void {
  for (const [uid, { until }] of waiting) if (until < now) waiting.delete(uid);
}

function waitAfter({ kind, retryAfterMs = 0 }: Failure, failures: number): number {
  if (kind === "rejected") return rejectedWaitMs;
  return Math.max(retryAfterMs, Math.min(longestWaitMs, firstWaitMs * 2 ** (failures - 1)));
}
