import type { Clock } from "./clock.ts";
import type { Controller } from "./controller.ts";
import type { HttpServers, Probe } from "./http.ts";
import type { Elector, Leadership } from "./leader-election.ts";
import type { Logger } from "./logger.ts";
import type { Reflector } from "./reflector.ts";

/** Something to be closed last, in the order of the list: first the event recorder, then the transport. */
export interface Closer {
  readonly name: string;
  close(signal: AbortSignal): Promise<void>;
}

export interface ManagerOptions {
  readonly http: HttpServers;
  readonly reflectors: readonly Reflector[];
  readonly controllers: readonly Controller[];
  /** Absent: act without being elected. */
  readonly elector?: Elector;
  /** Called when we may act, before the controllers start; whoever writes asks `isHeld` first. */
  readonly onElected?: (leadership: Leadership) => void;
  readonly closers: readonly Closer[];
  readonly clock: Clock;
  readonly logger: Logger;
  /** How long what is in hand may take once a stop was asked for; it is cut off then. */
  readonly finishLimitMs?: number;
  /** How long everything else may take to end after that. */
  readonly stopLimitMs?: number;
}

export interface Manager {
  /**
   * Starts everything in order, works until the signal, stops everything in reverse. Rejects when leadership is lost, and when
   * a reflector gives up, because then nothing that is known can be relied on.
   */
  run(signal: AbortSignal): Promise<void>;
}

/** Both limits together are less than the ten seconds in which a process that was asked to end has ended. */
const finishLimitDefaultMs = 5_000;
const stopLimitDefaultMs = 2_000;
const reflectorSilenceMaxMs = 10 * 60_000;
const eventLoopLagMaxMs = 5_000;

/** The order of life:  http → reflectors → caches synced → elected → controllers; and back. */
export function createManager(options: ManagerOptions): Manager {
  return { run: (signal) => run(options, signal) };
}

/** Ready: every cache has been filled. */
export function createReadyProbe(reflectors: readonly Reflector[]): Probe {
  const waiting = new Set(reflectors.map(({ name }) => name));
  for (const { name, synced } of reflectors) void synced.then(() => waiting.delete(name));
  return () => [...waiting].map((name) => `the cache of ${name} is not filled yet`);
}

/** Healthy: every reflector hears from the API server, and the event loop turns. */
export function createHealthProbe(
  reflectors: readonly Pick<Reflector, "name" | "lastEventAgeMs">[],
  eventLoop: { lagMs(): number },
): Probe {
  return () => [
    ...reflectors
      .filter((reflector) => reflector.lastEventAgeMs() > reflectorSilenceMaxMs)
      .map(
        (reflector) =>
          `${reflector.name} has heard nothing from the API server for ${Math.round(reflector.lastEventAgeMs() / 1000)} s`,
      ),
    ...(eventLoop.lagMs() > eventLoopLagMaxMs
      ? [`the event loop was blocked for ${Math.round(eventLoop.lagMs())} ms`]
      : []),
  ];
}

async function run(options: ManagerOptions, signal: AbortSignal): Promise<void> {
  const { logger } = options;
  const reading = new AbortController();
  const abandon = new AbortController();
  const doomed = new AbortController();
  let reflecting: Promise<unknown> = Promise.resolve();
  let leadership: Leadership | undefined;
  try {
    await options.http.listen();
    // What they reject with is thrown when everything has stopped.
    reflecting = Promise.all(options.reflectors.map((reflector) => reflector.run(reading.signal))).catch(
      (error: unknown) => doomed.abort(error),
    );
    const over = AbortSignal.any([signal, doomed.signal]);
    await unlessAborted(Promise.all(options.reflectors.map(({ synced }) => synced)), over);
    logger.info({ reflectors: options.reflectors.length }, "caches synced");
    leadership = await options.elector?.acquire(over);
    if (leadership !== undefined) options.onElected?.(leadership);
    const lost = leadership === undefined ? doomed.signal : AbortSignal.any([doomed.signal, leadership.lost]);
    await work(options, { signal, abandon, lost });
  } catch (error) {
    if (!signal.aborted && !doomed.signal.aborted) throw error;
  } finally {
    await stop(options, { reading, reflecting, leadership });
  }
  doomed.signal.throwIfAborted();
  leadership?.lost.throwIfAborted();
}

/** Runs the controllers until they must end; a graceful end is cut short when it takes too long. */
async function work(
  { controllers, clock, logger, finishLimitMs = finishLimitDefaultMs }: ManagerOptions,
  {
    signal,
    abandon,
    lost,
  }: { readonly signal: AbortSignal; readonly abandon: AbortController; readonly lost: AbortSignal },
): Promise<void> {
  const abandonAll = (): void => abandon.abort(lost.reason);
  lost.addEventListener("abort", abandonAll, { once: true });
  if (lost.aborted) abandonAll();
  let cancelLimit = (): void => {};
  const limitStop = (): void => {
    logger.info({}, "stopping: finishing what is in hand");
    cancelLimit = clock.after(finishLimitMs, () => abandon.abort(new Error(`not finished within ${finishLimitMs} ms`)));
  };
  signal.addEventListener("abort", limitStop, { once: true });
  if (signal.aborted) limitStop();
  try {
    await Promise.all(controllers.map((controller) => controller.run(signal, abandon.signal)));
    // Without controllers there is nothing to wait for but the end.
    if (!signal.aborted && !abandon.signal.aborted)
      await unlessAborted(forever, AbortSignal.any([signal, abandon.signal]));
  } finally {
    cancelLimit();
    signal.removeEventListener("abort", limitStop);
    lost.removeEventListener("abort", abandonAll);
  }
}

const forever = new Promise<never>(() => {});

async function stop(
  { closers, clock, http, logger, stopLimitMs = stopLimitDefaultMs }: ManagerOptions,
  running: {
    readonly reading: AbortController;
    readonly reflecting: Promise<unknown>;
    readonly leadership: Leadership | undefined;
  },
): Promise<void> {
  const limit = new AbortController();
  const cancelLimit = clock.after(stopLimitMs, () => limit.abort(new Error(`not stopped within ${stopLimitMs} ms`)));
  const step = async (name: string, close: () => Promise<unknown>): Promise<void> => {
    try {
      await unlessAborted(close(), limit.signal);
    } catch (err) {
      logger.warn({ part: name, err }, "did not stop cleanly");
    }
  };
  await step("leader election", async () => running.leadership?.release(limit.signal));
  running.reading.abort(new Error("the manager stops"));
  await step("reflectors", () => running.reflecting);
  for (const closer of closers) await step(closer.name, () => closer.close(limit.signal));
  await step("http", () => http.close());
  cancelLimit();
  logger.info({}, "stopped");
}

/** Waits for something, but no longer than the signal lets us. */
function unlessAborted<T>(promise: Promise<T>, signal: AbortSignal): Promise<T> {
  return new Promise((resolve, reject) => {
    const abort = (): void => reject(signal.reason);
    if (signal.aborted) abort();
    signal.addEventListener("abort", abort, { once: true });
    promise.then(resolve, reject).finally(() => signal.removeEventListener("abort", abort));
  });
}
