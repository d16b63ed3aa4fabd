import { limitedSignal } from "../kube/timing.ts";
import type { Clock, Random } from "./clock.ts";
import { type Lease, type LeaseIdentity, readLease, releaseLease, takeLease } from "./lease.ts";
import type { Logger } from "./logger.ts";

export interface ElectorOptions extends Omit<LeaseIdentity, "now" | "leaseDurationMs"> {
  readonly clock: Clock;
  readonly random: Random;
  readonly logger: Logger;
  /** Told of gain and loss, for metrics. */
  readonly onChange?: (leading: boolean) => void;
  /** How long others wait for a holder that is silent. */
  readonly leaseDurationMs?: number;
  /** How long we go on without a successful renewal; shorter than the lease, so that we stop before another begins. */
  readonly renewDeadlineMs?: number;
  readonly retryPeriodMs?: number;
}

/** Proof of having been elected. */
export interface Leadership {
  /** Grows with every change of holder: the fencing number. */
  readonly transitions: number;
  /** Aborts with a LeadershipLost at the moment we may no longer act. */
  readonly lost: AbortSignal;
  /** Whether we may act now, by the clock: right even when the event loop was too busy to abort `lost` in time. */
  isHeld(): boolean;
  /** Stops renewing and gives the lease back. */
  release(signal: AbortSignal): Promise<void>;
}

export interface Elector {
  /** Waits until we are elected. */
  acquire(signal: AbortSignal): Promise<Leadership>;
}

/** Another may lead now: this process must not write any more. */
export class LeadershipLost extends Error {
  readonly code = "OP_LEADERSHIP_LOST";
  constructor(why: string) {
    super(`leadership lost: ${why}`);
    this.name = "LeadershipLost";
  }
}

type Timings = Required<Pick<ElectorOptions, "leaseDurationMs" | "renewDeadlineMs" | "retryPeriodMs">>;
type Settings = ElectorOptions & Timings & { readonly who: LeaseIdentity };

/** A candidate for a lease. Only the monotonic clock judges whether a lease has expired, never what others wrote into it. */
export function createElector(options: ElectorOptions): Elector {
  const timings = { leaseDurationMs: 15_000, renewDeadlineMs: 10_000, retryPeriodMs: 2_000, ...options };
  if (!(timings.retryPeriodMs < timings.renewDeadlineMs && timings.renewDeadlineMs < timings.leaseDurationMs)) {
    throw new RangeError("leader election needs retryPeriodMs < renewDeadlineMs < leaseDurationMs");
  }
  const who = { ...options, leaseDurationMs: timings.leaseDurationMs, now: () => options.clock.now() };
  const settings = { ...timings, who };
  return { acquire: (signal) => acquire(settings, signal) };
}

/** What was last seen of the lease, and when it was seen to change. */
interface Observation {
  readonly version: string;
  readonly atMs: number;
}

interface Memory {
  observed: Observation | undefined;
}

async function acquire(settings: Settings, signal: AbortSignal): Promise<Leadership> {
  const { clock, random, retryPeriodMs } = settings;
  const memory: Memory = { observed: undefined };
  for (;;) {
    const limit = limitedSignal(signal, {
      doing: "asking for the lease",
      limitMs: settings.renewDeadlineMs,
      timing: clock,
    });
    try {
      const leadership = await askOnce(settings, memory, limit.signal);
      if (leadership !== undefined) return leadership;
    } catch (err) {
      signal.throwIfAborted();
      settings.logger.warn({ lease: settings.name, err }, "cannot ask for the lease; trying again");
    } finally {
      limit.release();
    }
    await clock.sleep(retryPeriodMs * (1 + random() * 0.2), signal);
  }
}

async function askOnce(settings: Settings, memory: Memory, signal: AbortSignal): Promise<Leadership | undefined> {
  const seen = await readLease(settings.who, signal);
  memory.observed = observe(memory.observed, seen, settings.clock.monotonic());
  if (!isFree(settings, seen, memory.observed)) return undefined;
  const askedAtMs = settings.clock.monotonic();
  const lease = await takeLease(settings.who, seen, signal);
  return lease === undefined ? undefined : hold(settings, lease, askedAtMs);
}

function observe(before: Observation | undefined, seen: Lease | undefined, nowMs: number): Observation {
  const version = seen?.metadata.resourceVersion ?? "";
  return before?.version === version ? before : { version, atMs: nowMs };
}

function isFree(settings: Settings, seen: Lease | undefined, observed: Observation): boolean {
  if (!seen?.spec.holderIdentity || seen.spec.holderIdentity === settings.identity) return true;
  const durationMs = Math.max(settings.leaseDurationMs, (seen.spec.leaseDurationSeconds ?? 0) * 1000);
  return settings.clock.monotonic() - observed.atMs > durationMs;
}

function hold(settings: Settings, first: Lease, askedAtMs: number): Leadership {
  const lost = new AbortController();
  const stopped = new AbortController();
  // Counted from before the request: the others' wait begins when the server writes, which is later.
  const state = { lease: first, renewedAtMs: askedAtMs };
  const isHeld = (): boolean =>
    !lost.signal.aborted &&
    !stopped.signal.aborted &&
    settings.clock.monotonic() - state.renewedAtMs < settings.renewDeadlineMs;
  const lose = (why: string): void => {
    if (lost.signal.aborted || stopped.signal.aborted) return;
    settings.logger.error({ lease: settings.name, why }, "leadership lost");
    settings.onChange?.(false);
    lost.abort(new LeadershipLost(why));
  };
  settings.logger.info({ lease: settings.name, identity: settings.identity }, "elected");
  settings.onChange?.(true);
  const renewing = renewUntilLost(settings, state, AbortSignal.any([lost.signal, stopped.signal])).then(lose);
  return {
    transitions: first.spec.leaseTransitions ?? 0,
    lost: lost.signal,
    isHeld,
    release: async (signal) => {
      const wasHeld = isHeld();
      stopped.abort(new Error("the lease is given back"));
      await renewing;
      if (!wasHeld) return;
      settings.onChange?.(false);
      await releaseLease(settings.who, state.lease, signal);
    },
  };
}

/** Renews again and again; resolves with why it ended. */
async function renewUntilLost(
  settings: Settings,
  state: { lease: Lease; renewedAtMs: number },
  stop: AbortSignal,
): Promise<string> {
  const { clock, retryPeriodMs, renewDeadlineMs } = settings;
  for (;;) {
    const leftMs = state.renewedAtMs + renewDeadlineMs - clock.monotonic();
    // After a long block of the event loop this is the first thing that we find out, before anything is sent.
    if (leftMs <= 0) return `not renewed for ${renewDeadlineMs} ms`;
    const limit = limitedSignal(stop, { doing: "renewing the lease", limitMs: leftMs, timing: clock });
    try {
      await clock.sleep(retryPeriodMs, limit.signal);
      if (clock.monotonic() - state.renewedAtMs >= renewDeadlineMs) continue;
      const why = await renewOnce(settings, state, limit.signal);
      if (why !== undefined) return why;
    } catch (err) {
      if (stop.aborted) return "stopped";
      settings.logger.warn({ lease: settings.name, err }, "cannot renew the lease; trying again");
    } finally {
      limit.release();
    }
  }
}

async function renewOnce(
  settings: Settings,
  state: { lease: Lease; renewedAtMs: number },
  signal: AbortSignal,
): Promise<string | undefined> {
  const askedAtMs = settings.clock.monotonic();
  const renewed = await takeLease(settings.who, state.lease, signal);
  if (renewed !== undefined) {
    state.lease = renewed;
    state.renewedAtMs = askedAtMs;
    return undefined;
  }
  // Somebody wrote to it: an editor of labels, our own request whose answer was lost, or the next leader.
  const seen = await readLease(settings.who, signal);
  if (seen?.spec.holderIdentity !== settings.identity) return `held by ${seen?.spec.holderIdentity || "nobody"}`;
  state.lease = seen;
  return undefined;
}
