import type { ObjectKey } from "../kube/object.ts";
import type { Clock } from "./clock.ts";
import { createFairLane, type FairLane } from "./fair-lane.ts";

/** What just happened goes before what was already there when we began to look. */
export type Priority = "normal" | "low";

export interface WorkItem {
  readonly key: ObjectKey;
  readonly priority: Priority;
}

export interface AddOptions {
  readonly priority?: Priority;
  readonly afterMs?: number;
}

/** Told about every step, for metrics. */
export interface WorkQueueObserver {
  added(): void;
  retried(): void;
  /** A worker takes a key that has waited this long. */
  taken(waitedMs: number): void;
  depth(ready: number): void;
}

export interface WorkQueueOptions {
  readonly clock: Pick<Clock, "monotonic" | "after">;
  readonly backOffBaseMs?: number;
  /** When what failed works again, it takes at most this long until that is noticed. */
  readonly backOffMaxMs?: number;
  /** A low item that has waited this long is served like a normal one, so that a busy day cannot starve it. */
  readonly lowWaitMaxMs?: number;
  /** Whether namespaces take turns, so that one with ten thousand objects does not hold up the rest. */
  readonly fairByNamespace?: boolean;
  readonly observer?: WorkQueueObserver;
}

/** One key's way:  absent → delayed → ready → processing → absent, and processing → ready when it was added meanwhile. */
type Entry = ObjectKey & {
  readonly id: string;
  priority: Priority;
  readySinceMs: number;
  dueAtMs: number;
  cancelTimer: (() => void) | undefined;
};

/** Owns timers: shutDown() ends them and sends every waiting worker home. */
export class WorkQueue {
  readonly #options: WorkQueueOptions;
  readonly #lanes: Readonly<Record<Priority, FairLane<Entry>>>;
  readonly #lowByAge = new Map<string, Entry>();
  readonly #ready = new Map<string, Entry>();
  readonly #delayed = new Map<string, Entry>();
  readonly #processing = new Set<string>();
  /** Added while processing: ready as soon as that is done. */
  readonly #again = new Map<string, Entry>();
  readonly #failures = new Map<string, number>();
  readonly #hungry = new Set<(item: WorkItem | undefined) => void>();
  #shutDown = false;

  constructor(options: WorkQueueOptions) {
    this.#options = options;
    const groupOf = options.fairByNamespace ? (entry: Entry): string => entry.namespace : (): string => "";
    this.#lanes = { normal: createFairLane(groupOf), low: createFairLane(groupOf) };
  }

  /** How many keys a worker could take now. */
  get depth(): number {
    return this.#ready.size;
  }

  /** Asks for a key to be looked at, now or after a delay. Asking twice is asking once, at the sooner time and higher priority. */
  add(key: ObjectKey, options: AddOptions = {}): void {
    if (this.#shutDown) return;
    const entry = this.#entryOf(key, options.priority ?? "normal");
    const afterMs = options.afterMs ?? 0;
    if (afterMs > 0) this.#delay(entry, afterMs);
    else this.#makeReady(entry);
  }

  /** Asks for another try after a failure, each time later than the last; at least after minMs. */
  addRateLimited(key: ObjectKey, minMs = 0): void {
    const { backOffBaseMs = 5, backOffMaxMs = 30_000 } = this.#options;
    const id = textOf(key);
    const failures = this.#failures.get(id) ?? 0;
    this.#failures.set(id, failures + 1);
    this.#options.observer?.retried();
    this.add(key, { afterMs: Math.max(minMs, Math.min(backOffMaxMs, backOffBaseMs * 2 ** Math.min(failures, 64))) });
  }

  /** Forgets a key's failures. */
  forget(key: ObjectKey): void {
    this.#failures.delete(textOf(key));
  }

  /** How often in a row a key has failed. */
  failures(key: ObjectKey): number {
    return this.#failures.get(textOf(key)) ?? 0;
  }

  /** Waits for a key; nobody else gets the same one until done() is called. Undefined when the queue is shut down. */
  take(): Promise<WorkItem | undefined> {
    if (this.#shutDown) return Promise.resolve(undefined);
    const entry = this.#next();
    if (entry !== undefined) return Promise.resolve(this.#handOver(entry));
    return new Promise((resolve) => this.#hungry.add(resolve));
  }

  /** The worker has finished with a key. */
  done(key: ObjectKey): void {
    const id = textOf(key);
    this.#processing.delete(id);
    const again = this.#again.get(id);
    this.#again.delete(id);
    if (again !== undefined && !this.#shutDown) this.#makeReady(again);
  }

  shutDown(): void {
    this.#shutDown = true;
    for (const entry of this.#delayed.values()) entry.cancelTimer?.();
    this.#delayed.clear();
    this.#again.clear();
    for (const resolve of this.#hungry) resolve(undefined);
    this.#hungry.clear();
  }

  #entryOf(key: ObjectKey, priority: Priority): Entry {
    const { namespace, name } = key;
    return { namespace, name, id: textOf(key), priority, readySinceMs: 0, dueAtMs: 0, cancelTimer: undefined };
  }

  #delay(entry: Entry, afterMs: number): void {
    const ready = this.#ready.get(entry.id) ?? this.#again.get(entry.id);
    if (ready !== undefined) return this.#makeReady(entry);
    const dueAtMs = this.#options.clock.monotonic() + afterMs;
    const waiting = this.#delayed.get(entry.id);
    if (waiting !== undefined && waiting.dueAtMs <= dueAtMs) return raise(waiting, entry.priority);
    if (waiting !== undefined) raise(entry, waiting.priority);
    waiting?.cancelTimer?.();
    this.#delayed.set(entry.id, entry);
    entry.dueAtMs = dueAtMs;
    entry.cancelTimer = this.#options.clock.after(afterMs, () => this.#makeReady(entry));
  }

  #makeReady(entry: Entry): void {
    const delayed = this.#delayed.get(entry.id);
    if (delayed !== undefined) {
      delayed.cancelTimer?.();
      this.#delayed.delete(entry.id);
    }
    if (this.#processing.has(entry.id)) return this.#remember(entry);
    const known = this.#ready.get(entry.id);
    if (known !== undefined) return this.#raiseReady(known, entry.priority);
    entry.readySinceMs = this.#options.clock.monotonic();
    this.#options.observer?.added();
    const [resolve] = this.#hungry;
    if (resolve !== undefined) {
      this.#hungry.delete(resolve);
      resolve(this.#handOver(entry));
      return;
    }
    this.#ready.set(entry.id, entry);
    this.#lanes[entry.priority].push(entry);
    if (entry.priority === "low") this.#lowByAge.set(entry.id, entry);
    this.#options.observer?.depth(this.depth);
  }

  #remember(entry: Entry): void {
    const again = this.#again.get(entry.id);
    if (again === undefined) this.#again.set(entry.id, entry);
    else raise(again, entry.priority);
  }

  #raiseReady(entry: Entry, priority: Priority): void {
    if (entry.priority === priority || priority === "low") return;
    this.#lanes.low.remove(entry);
    this.#lowByAge.delete(entry.id);
    entry.priority = "normal";
    this.#lanes.normal.push(entry);
  }

  #next(): Entry | undefined {
    this.#raiseOldLow();
    const entry = this.#lanes.normal.shift() ?? this.#lanes.low.shift();
    if (entry === undefined) return undefined;
    this.#ready.delete(entry.id);
    this.#lowByAge.delete(entry.id);
    this.#options.observer?.depth(this.depth);
    return entry;
  }

  #raiseOldLow(): void {
    const oldest = this.#options.clock.monotonic() - (this.#options.lowWaitMaxMs ?? 30_000);
    for (const entry of this.#lowByAge.values()) {
      if (entry.readySinceMs > oldest) return;
      this.#raiseReady(entry, "normal");
    }
  }

  #handOver(entry: Entry): WorkItem {
    this.#processing.add(entry.id);
    this.#options.observer?.taken(this.#options.clock.monotonic() - entry.readySinceMs);
    return { key: { namespace: entry.namespace, name: entry.name }, priority: entry.priority };
  }
}

function raise(entry: Entry, priority: Priority): void {
  if (priority === "normal") entry.priority = "normal";
}

function textOf(key: ObjectKey): string {
  return `${key.namespace}/${key.name}`;
}
