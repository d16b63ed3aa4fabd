import type { Clock } from "../../../src/runtime/clock.ts";
import { sleepOn } from "./sleep-on.ts";

/** Why a run of virtual time ended: nothing left to wait for, the condition came true, or the time was used up. */
export type RunResult = "quiet" | "reached" | "limit";

/** A clock that stands still until told to move, and moves only when every promise and immediate has run. */
export interface VirtualClock extends Clock {
  /** Moves time forward by this much, running every timer that falls due in order. */
  advance(ms: number): Promise<void>;
  /** Moves time from timer to timer until none is left or the limit has passed. */
  runUntilQuiet(limitMs: number): Promise<RunResult>;
  /** Moves time from timer to timer until the condition holds or the limit has passed. */
  runUntil(condition: () => boolean, limitMs: number): Promise<RunResult>;
  /** Lets pending promises and immediates run without moving time. */
  settle(): Promise<void>;
  pendingTimers(): number;
}

interface Timer {
  readonly due: number;
  readonly order: number;
  readonly run: () => void;
  state: "waiting" | "cancelled" | "done";
}

/** Turns of the event loop without a new timer before we believe that everything has drained. A program that chains
 * more immediates than this without calling its clock would see time move early. */
const quietTurnsRequired = 3;

/** Makes a virtual clock. A program under simulation must take all of its time from it and do no real I/O. */
export function createVirtualClock(start: number = Date.UTC(2026, 0, 1)): VirtualClock {
  const timers = new TimerHeap();
  let now = start;
  let order = 0;

  const after = (delayMs: number, run: () => void): (() => void) => {
    const timer: Timer = { due: now + Math.max(0, delayMs), order: order++, run, state: "waiting" as const };
    timers.push(timer);
    return () => timers.cancel(timer);
  };
  const settle = async (): Promise<void> => {
    let seen = order;
    for (let quiet = 0; quiet < quietTurnsRequired; quiet++) {
      await new Promise<void>((resolve) => setImmediate(resolve));
      if (order !== seen) quiet = 0;
      seen = order;
    }
  };
  const run = async (until: number, condition: () => boolean): Promise<RunResult> => {
    await settle();
    while (!condition()) {
      const next = timers.peek();
      if (next === undefined) return "quiet";
      if (next.due > until) return moveTo(until);
      timers.pop();
      now = next.due;
      next.state = "done";
      next.run();
      await settle();
    }
    return "reached";
  };
  const moveTo = (time: number): RunResult => {
    now = time;
    return "limit";
  };
  const advance = async (ms: number): Promise<void> => {
    const until = now + ms;
    if ((await run(until, () => false)) === "quiet") now = until;
  };
  return {
    now: () => Math.floor(now),
    monotonic: () => now - start,
    after,
    sleep: (delayMs, signal) => sleepOn(after, delayMs, signal),
    advance,
    runUntilQuiet: (limitMs) => run(now + limitMs, () => false),
    runUntil: (condition, limitMs) => run(now + limitMs, condition),
    settle,
    pendingTimers: () => timers.size,
  };
}

/** Earliest first; equal times in the order they were set. Cancelled timers are dropped when they surface. */
class TimerHeap {
  readonly #heap: Timer[] = [];
  #cancelled = 0;

  get size(): number {
    return this.#heap.length - this.#cancelled;
  }

  push(timer: Timer): void {
    this.#heap.push(timer);
    let child = this.#heap.length - 1;
    while (child > 0) {
      const parent = (child - 1) >> 1;
      if (!this.#swapIfEarlier(child, parent)) return;
      child = parent;
    }
  }

  peek(): Timer | undefined {
    for (let top = this.#heap[0]; top !== undefined; top = this.#heap[0]) {
      if (top.state !== "cancelled") return top;
      this.pop();
      this.#cancelled--;
    }
    return undefined;
  }

  pop(): void {
    const last = this.#heap.pop();
    if (last === undefined || this.#heap.length === 0) return;
    this.#heap[0] = last;
    for (let parent = 0; ;) {
      const left = 2 * parent + 1;
      const child = earlier(this.#heap[left + 1], this.#heap[left]) ? left + 1 : left;
      if (child >= this.#heap.length || !this.#swapIfEarlier(child, parent)) return;
      parent = child;
    }
  }

  cancel(timer: Timer): void {
    if (timer.state !== "waiting") return;
    timer.state = "cancelled";
    this.#cancelled++;
  }

  #swapIfEarlier(child: number, parent: number): boolean {
    const [a, b] = [this.#heap[child], this.#heap[parent]];
    if (a === undefined || b === undefined || !earlier(a, b)) return false;
    this.#heap[child] = b;
    this.#heap[parent] = a;
    return true;
  }
}

function earlier(a: Timer | undefined, b: Timer | undefined): boolean {
  if (a === undefined || b === undefined) return false;
  return a.due < b.due || (a.due === b.due && a.order < b.order);
}
