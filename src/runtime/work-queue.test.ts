import { assert, asyncProperty, array, constantFrom, integer, oneof, record, constant } from "fast-check";
import { expect, test } from "vitest";
import type { ObjectKey } from "../kube/object.ts";
import { createFakeClock } from "../testing/fake-clock.ts";
import { WorkQueue, type WorkQueueOptions } from "./work-queue.ts";

const key = (name: string, namespace = "ns"): ObjectKey => ({ namespace, name });

function setUp(options: Partial<WorkQueueOptions> = {}) {
  const clock = createFakeClock();
  const queue = new WorkQueue({ clock, ...options });
  /** Takes everything there is to take now, in order, without finishing any. */
  const drain = async (): Promise<string[]> => {
    const names: string[] = [];
    while (queue.depth > 0) names.push((await queue.take())?.key.name ?? "");
    return names;
  };
  return { clock, queue, drain };
}

test("gives out keys in the order in which they came", async () => {
  const { queue, drain } = setUp();
  for (const name of ["a", "b", "c"]) queue.add(key(name));
  expect(await drain()).toEqual(["a", "b", "c"]);
});

test("a key asked for twice is given out once", async () => {
  const { queue, drain } = setUp();
  queue.add(key("a"));
  queue.add(key("a"));
  expect(await drain()).toEqual(["a"]);
});

test("does not give out a key that somebody is working on", async () => {
  const { queue } = setUp();
  queue.add(key("a"));
  await queue.take();
  queue.add(key("a"));
  expect(queue.depth).toBe(0);
});

test("gives out a key again that was asked for while somebody worked on it, as soon as that is done", async () => {
  const { queue } = setUp();
  queue.add(key("a"));
  await queue.take();
  queue.add(key("a"));
  queue.add(key("a"));
  queue.done(key("a"));
  expect((await queue.take())?.key).toEqual(key("a"));
  queue.done(key("a"));
  expect(queue.depth).toBe(0);
});

test("gives a waiting worker its key at once", async () => {
  const { queue } = setUp();
  const waiting = queue.take();
  queue.add(key("a"));
  expect((await waiting)?.key).toEqual(key("a"));
});

test("what just happened goes before the initial list", async () => {
  const { queue, drain } = setUp();
  queue.add(key("old-1"), { priority: "low" });
  queue.add(key("old-2"), { priority: "low" });
  queue.add(key("new"));
  expect(await drain()).toEqual(["new", "old-1", "old-2"]);
});

test("a key of the initial list that changes moves up", async () => {
  const { queue, drain } = setUp();
  queue.add(key("old-1"), { priority: "low" });
  queue.add(key("old-2"), { priority: "low" });
  queue.add(key("old-2"));
  expect(await drain()).toEqual(["old-2", "old-1"]);
});

test("will not decrease the priority", async () => {
  const { queue, drain } = setUp();
  queue.add(key("other"));
  queue.add(key("a"));
  queue.add(key("a"), { priority: "low" });
  queue.add(key("low"), { priority: "low" });
  expect(await drain()).toEqual(["other", "a", "low"]);
});

test("the initial list cannot starve under more events than the workers can handle", async () => {
  const { clock, queue } = setUp({ lowWaitMaxMs: 1_000 });
  queue.add(key("old"), { priority: "low" });
  const served: string[] = [];
  for (let round = 0; round < 20; round += 1) {
    for (let n = 0; n < 10; n += 1) queue.add(key(`event-${round}-${n}`));
    await clock.advance(400);
    for (let n = 0; n < 5; n += 1) {
      const { key: taken } = (await queue.take())!;
      served.push(taken.name);
      queue.done(taken);
    }
  }
  expect(served).toContain("old");
});

test("namespaces take turns when asked to be fair", async () => {
  const { queue, drain } = setUp({ fairByNamespace: true });
  for (const name of ["big-1", "big-2", "big-3"]) queue.add(key(name, "big"));
  queue.add(key("small-1", "small"));
  expect(await drain()).toEqual(["big-1", "small-1", "big-2", "big-3"]);
});

test("a delayed key comes when its time has come, not before", async () => {
  const { clock, queue } = setUp();
  queue.add(key("a"), { afterMs: 100 });
  await clock.advance(99);
  expect(queue.depth).toBe(0);
  await clock.advance(1);
  expect(queue.depth).toBe(1);
});

test.each([
  [100, 500],
  [500, 100],
])("of two delays, %i ms and %i ms, the shorter counts and the longer is forgotten", async (firstMs, secondMs) => {
  const { clock, queue } = setUp();
  queue.add(key("a"), { afterMs: firstMs });
  queue.add(key("a"), { afterMs: secondMs });
  await clock.advance(100);
  queue.done((await queue.take())!.key);
  expect(clock.pending()).toBe(0);
  await clock.advance(1_000);
  expect(queue.depth).toBe(0);
});

test("a key asked for now does not come again because of an earlier delay", async () => {
  const { clock, queue, drain } = setUp();
  queue.add(key("a"), { afterMs: 100 });
  queue.add(key("a"));
  expect(await drain()).toEqual(["a"]);
  queue.done(key("a"));
  await clock.advance(1_000);
  expect(queue.depth).toBe(0);
});

test("each failure in a row waits twice as long, up to a limit, until forgotten", async () => {
  const { clock, queue } = setUp({ backOffBaseMs: 5, backOffMaxMs: 20 });
  for (const delayMs of [5, 10, 20, 20]) {
    queue.addRateLimited(key("a"));
    await clock.advance(delayMs - 1);
    expect(queue.depth).toBe(0);
    await clock.advance(1);
    const item = await queue.take();
    queue.done(item!.key);
  }
  expect(queue.failures(key("a"))).toBe(4);
  queue.forget(key("a"));
  queue.addRateLimited(key("a"));
  await clock.advance(5);
  expect(queue.depth).toBe(1);
});

test("what has failed for long is tried again within half a minute", async () => {
  const { clock, queue } = setUp();
  for (let failure = 0; failure < 30; failure++) queue.addRateLimited(key("a"));
  await clock.advance(30_000);
  expect(queue.depth).toBe(1);
});

test("shutting down sends waiting workers home and leaves no timer", async () => {
  const { clock, queue } = setUp();
  queue.add(key("later"), { afterMs: 1_000 });
  const waiting = queue.take();
  queue.shutDown();
  queue.add(key("too-late"));
  expect(await waiting).toBeUndefined();
  expect(await queue.take()).toBeUndefined();
  expect(clock.pending()).toBe(0);
});

/** The model: a set of wanted keys with their due times. Whatever the steps, the queue gives out exactly what is due. */
test("no key is lost, none is given out twice at once, none comes unasked", async () => {
  const name = constantFrom("a", "b", "c", "d");
  const step = oneof(
    record({
      kind: constant("add" as const),
      name,
      priority: constantFrom("normal" as const, "low" as const),
      afterMs: constantFrom(0, 0, 10, 50),
    }),
    record({ kind: constant("take" as const) }),
    record({ kind: constant("done" as const), name }),
    record({ kind: constant("advance" as const), ms: integer({ min: 1, max: 60 }) }),
  );
  await assert(
    asyncProperty(array(step, { maxLength: 60 }), constantFrom(true, false), async (steps, fairByNamespace) => {
      const { clock, queue } = setUp({ fairByNamespace, lowWaitMaxMs: 30 });
      const wanted = new Map<string, number>();
      const working = new Set<string>();
      const due = (): string[] =>
        [...wanted].filter(([n, at]) => at <= clock.monotonic() && !working.has(n)).map(([n]) => n);
      for (const s of steps) {
        if (s.kind === "add") {
          queue.add(key(s.name), { priority: s.priority, afterMs: s.afterMs });
          wanted.set(s.name, Math.min(wanted.get(s.name) ?? Infinity, clock.monotonic() + s.afterMs));
        } else if (s.kind === "take" && queue.depth > 0) {
          const taken = (await queue.take())!.key.name;
          if (!due().includes(taken)) throw new Error(`${taken} was not due`);
          wanted.delete(taken);
          working.add(taken);
        } else if (s.kind === "done" && working.delete(s.name)) {
          queue.done(key(s.name));
        } else if (s.kind === "advance") {
          await clock.advance(s.ms);
        }
        expect(queue.depth).toBe(due().length);
      }
      queue.shutDown();
      expect(clock.pending()).toBe(0);
    }),
    { numRuns: 150 },
  );
});
