import { isKubeError, KubeError } from "../kube/errors.ts";
import type { ObjectKey } from "../kube/object.ts";
import { limitedSignal } from "../kube/timing.ts";
import type { Clock, Random } from "./clock.ts";
import type { Logger } from "./logger.ts";
import type { ControllerMetrics, ReconcileResult } from "./metrics.ts";
import type { CachedObject, Change, Store } from "./store.ts";
import { type AddOptions, type Priority, WorkQueue, type WorkQueueObserver } from "./work-queue.ts";

/** What a reconcile may tell the loop. Throwing is the fourth answer: retry with back-off. */
export type Outcome =
  | { readonly kind: "settled" } //                            wait for the next event
  | { readonly kind: "lookAgain"; readonly afterMs: number } // we know when
  | { readonly kind: "stuck"; readonly reason: string }; //     only an edit can help

/** Makes one object right, whatever woke us. It may run at any time and any number of times, but never twice at once for one key. */
export type Reconcile = (key: ObjectKey, signal: AbortSignal) => Promise<Outcome>;

/** Who wakes a controller. */
export interface Source {
  /** Names what is already there, then what changes, at once or after a delay; returns how to end that. */
  start(enqueue: (key: ObjectKey, priority: Priority, afterMs?: number) => void): () => void;
}

export interface ControllerOptions {
  readonly name: string;
  readonly concurrency: number;
  readonly reconcile: Reconcile;
  readonly sources: readonly Source[];
  readonly clock: Clock;
  readonly random: Random;
  readonly logger: Logger;
  readonly metrics: ControllerMetrics;
  readonly queueObserver?: WorkQueueObserver;
  readonly reconcileLimitMs?: number;
  /** How often everything is looked at again, at low priority. */
  readonly resyncMs?: number;
  readonly backOffBaseMs?: number;
  readonly backOffMaxMs?: number;
  readonly lowWaitMaxMs?: number;
  readonly fairByNamespace?: boolean;
}

export interface Controller {
  readonly name: string;
  /** Asks for a key from outside the sources. */
  enqueue(key: ObjectKey, options?: AddOptions): void;
  /** Works until `stop`, then finishes what is in hand; `abandon` cuts that short, as when leadership is lost. */
  run(stop: AbortSignal, abandon: AbortSignal): Promise<void>;
}

const reconcileLimitDefaultMs = 60_000;
const resyncDefaultMs = 10 * 60_000;
/** How long a reconcile may go on after its signal has aborted before its worker turns to other keys. */
const lingerMaxMs = 5_000;
const conflictMinMs = 10;
const conflictSpreadMs = 40;

/** Wakes a controller for the keys that a change of a store concerns; after a delay, where more is likely to come. */
export function storeSource<T extends CachedObject>(
  store: Pick<Store<T>, "all" | "subscribe">,
  keysOf: (change: Change<T>) => readonly ObjectKey[],
  delayMsOf: (change: Change<T>) => number = () => 0,
): Source {
  return {
    start: (enqueue) => {
      const unsubscribe = store.subscribe((change) => {
        const delayMs = delayMsOf(change);
        for (const key of keysOf(change)) enqueue(key, change.initial ? "low" : "normal", delayMs);
      });
      const stopNaming = nameInBatches(store.all(), (after) => {
        for (const key of keysOf({ after, initial: true })) enqueue(key, "low");
      });
      return () => {
        stopNaming();
        unsubscribe();
      };
    },
  };
}

/** A long history must not hold up the event loop, at the start or at a resync. What changes before its turn has come is told
 * by the subscription. */
const namedAtOnce = 2_000;

/** The first batch at once, each further one in a turn of its own; returns how to stop. */
function nameInBatches<T>(objects: readonly T[], name: (object: T) => void): () => void {
  let next: NodeJS.Immediate | undefined;
  const nameFrom = (start: number): void => {
    objects.slice(start, start + namedAtOnce).forEach(name);
    const end = start + namedAtOnce;
    next = end < objects.length ? setImmediate(() => nameFrom(end)) : undefined;
  };
  nameFrom(0);
  return () => clearImmediate(next);
}

/** A controller, not yet running. */
export function createController(options: ControllerOptions): Controller {
  const { name, concurrency, metrics } = options;
  const queue = new WorkQueue({
    clock: options.clock,
    ...(options.backOffBaseMs === undefined ? {} : { backOffBaseMs: options.backOffBaseMs }),
    ...(options.backOffMaxMs === undefined ? {} : { backOffMaxMs: options.backOffMaxMs }),
    ...(options.lowWaitMaxMs === undefined ? {} : { lowWaitMaxMs: options.lowWaitMaxMs }),
    ...(options.fairByNamespace === undefined ? {} : { fairByNamespace: options.fairByNamespace }),
    ...(options.queueObserver === undefined ? {} : { observer: options.queueObserver }),
  });
  metrics.declare(name, concurrency);
  return {
    name,
    enqueue: (key, add) => queue.add(key, add),
    run: async (stop, abandon) => {
      const shutDown = (): void => queue.shutDown();
      stop.addEventListener("abort", shutDown, { once: true });
      abandon.addEventListener("abort", shutDown, { once: true });
      if (stop.aborted || abandon.aborted) shutDown();
      const endSources = startSources(options, queue);
      await Promise.all(Array.from({ length: concurrency }, () => work(options, queue, abandon)));
      endSources();
      stop.removeEventListener("abort", shutDown);
      abandon.removeEventListener("abort", shutDown);
    },
  };
}

/** Starts all sources, and again from time to time: an event that was missed is then made up for, whatever the reason. */
function startSources({ sources, clock, resyncMs = resyncDefaultMs }: ControllerOptions, queue: WorkQueue): () => void {
  let ends: readonly (() => void)[] = [];
  let cancel = (): void => {};
  const end = (): void => ends.forEach((each) => each());
  const start = (): void => {
    end();
    ends = sources.map((source) => source.start((key, priority, afterMs = 0) => queue.add(key, { priority, afterMs })));
    cancel = clock.after(resyncMs, start);
  };
  start();
  return () => {
    cancel();
    end();
  };
}

async function work(options: ControllerOptions, queue: WorkQueue, abandon: AbortSignal): Promise<void> {
  for (let item = await queue.take(); item !== undefined; item = await queue.take()) {
    options.metrics.activeWorkers(options.name, 1);
    await reconcileOnce(options, queue, { key: item.key, abandon });
    options.metrics.activeWorkers(options.name, -1);
  }
}

async function reconcileOnce(
  options: ControllerOptions,
  queue: WorkQueue,
  { key, abandon }: { readonly key: ObjectKey; readonly abandon: AbortSignal },
): Promise<void> {
  const { clock, metrics, name } = options;
  const startedAt = clock.monotonic();
  const limitMs = options.reconcileLimitMs ?? reconcileLimitDefaultMs;
  const limit = limitedSignal(abandon, { doing: `reconciling ${key.namespace}/${key.name}`, limitMs, timing: clock });
  const running = invoke(options.reconcile, key, limit.signal);
  const patience = lingering(clock, limit.signal);
  const answer = await Promise.race([running, patience.over]);
  patience.cancel();
  limit.release();
  // The key stays locked for as long as its reconcile really runs, even when nobody waits for it any more.
  void running.then(() => queue.done(key));
  if (abandon.aborted) return;
  metrics.reconciled(name, decide(options, queue, { key, answer }), clock.monotonic() - startedAt);
}

type Answer = Outcome | { readonly kind: "threw"; readonly error: unknown };

/** A reconcile that throws before its first await is no different from one that throws later. */
async function invoke(reconcile: Reconcile, key: ObjectKey, signal: AbortSignal): Promise<Answer> {
  try {
    return await reconcile(key, signal);
  } catch (error) {
    return { kind: "threw", error };
  }
}

/** Over when a reconcile has not heeded its aborted signal for too long. */
function lingering(clock: Clock, signal: AbortSignal): { readonly over: Promise<Answer>; readonly cancel: () => void } {
  const { promise: over, resolve } = Promise.withResolvers<Answer>();
  let cancelTimer = (): void => {};
  const giveUp = (): void => {
    cancelTimer = clock.after(lingerMaxMs, () => resolve({ kind: "threw", error: signal.reason }));
  };
  if (signal.aborted) giveUp();
  else signal.addEventListener("abort", giveUp, { once: true });
  const cancel = (): void => {
    signal.removeEventListener("abort", giveUp);
    cancelTimer();
  };
  return { over, cancel };
}

/** Everything about retry, and the metric that tells of it, is decided here. */
function decide(
  options: ControllerOptions,
  queue: WorkQueue,
  { key, answer }: { readonly key: ObjectKey; readonly answer: Answer },
): ReconcileResult {
  const fields = { controller: options.name, namespace: key.namespace, name: key.name };
  switch (answer.kind) {
    case "settled":
      queue.forget(key);
      return "success";
    case "lookAgain":
      queue.forget(key);
      queue.add(key, { afterMs: answer.afterMs });
      return "requeue_after";
    case "stuck":
      queue.forget(key);
      options.logger.debug({ ...fields, reason: answer.reason }, "stuck until somebody edits it");
      return "stuck";
    case "threw":
      return afterThrow(options, queue, { key, error: answer.error, fields });
  }
}

function afterThrow(
  { logger, random }: ControllerOptions,
  queue: WorkQueue,
  {
    key,
    error,
    fields,
  }: { readonly key: ObjectKey; readonly error: unknown; readonly fields: Readonly<Record<string, unknown>> },
): ReconcileResult {
  if (isKubeError(error, "Conflict")) {
    // Somebody else was quicker: look at what they wrote and try again. The jitter parts two who keep colliding.
    queue.addRateLimited(key, conflictMinMs + random() * conflictSpreadMs);
    logger.debug({ ...fields, err: error }, "conflict; looking again");
    return "requeue";
  }
  queue.addRateLimited(key, error instanceof KubeError ? (error.retryAfterMs ?? 0) : 0);
  logger.error({ ...fields, err: error, failures: queue.failures(key) }, "reconcile failed");
  return "error";
}
