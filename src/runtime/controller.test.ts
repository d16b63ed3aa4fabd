import { afterEach, expect, test } from "vitest";
import { KubeError } from "../kube/errors.ts";
import type { ObjectKey } from "../kube/object.ts";
import { createFakeClock, settle } from "../testing/fake-clock.ts";
import { createRecordingLogger } from "../testing/recording-logger.ts";
import { type ControllerOptions, createController, type Outcome, storeSource } from "./controller.ts";
import { createMetrics } from "./metrics.ts";
import { type CachedObject, createStore } from "./store.ts";

const key = (name: string): ObjectKey => ({ namespace: "ns", name });
const settled: Outcome = { kind: "settled" };
const ends: (() => Promise<void>)[] = [];

afterEach(async () => {
  for (const end of ends.splice(0)) await end();
});

function start(reconcile: ControllerOptions["reconcile"], over: Partial<ControllerOptions> = {}) {
  const clock = createFakeClock();
  const metrics = createMetrics();
  const logger = createRecordingLogger();
  const stop = new AbortController();
  const abandon = new AbortController();
  const controller = createController({
    name: "test",
    concurrency: 2,
    reconcile,
    sources: [],
    clock,
    random: () => 0.5,
    logger,
    metrics: metrics.controller,
    queueObserver: metrics.queueObserver("test"),
    ...over,
  });
  const running = controller.run(stop.signal, abandon.signal);
  ends.push(async () => {
    abandon.abort(new Error("the test is over"));
    await clock.advance(10_000);
    await running;
  });
  const metric = async (line: string): Promise<number> => {
    const text = await metrics.registry.metrics();
    return Number(
      text
        .split("\n")
        .find((candidate) => candidate.startsWith(`${line} `))
        ?.split(" ")
        .at(-1),
    );
  };
  return { clock, controller, logger, metric, stop, abandon, running };
}

const reconciles = (result: string): string =>
  `controller_runtime_reconcile_total{controller="test",result="${result}"}`;

test.each<[string, Outcome, string]>([
  ["a settled key counts as success", settled, "success"],
  ["a key to look at again counts as requeue_after", { kind: "lookAgain", afterMs: 1_000 }, "requeue_after"],
  ["a stuck key counts as stuck", { kind: "stuck", reason: "Invalid" }, "stuck"],
])("%s", async (_sentence, outcome, result) => {
  const { controller, metric } = start(() => Promise.resolve(outcome));
  controller.enqueue(key("a"));
  await settle();
  expect(await metric(reconciles(result))).toBe(1);
});

test("looks again when the outcome says so, and not before", async () => {
  const looks: string[] = [];
  const { clock, controller } = start(({ name }) => {
    looks.push(name);
    return Promise.resolve(looks.length === 1 ? { kind: "lookAgain", afterMs: 5_000 } : settled);
  });
  controller.enqueue(key("a"));
  await clock.advance(4_999);
  expect(looks).toHaveLength(1);
  await clock.advance(1);
  expect(looks).toHaveLength(2);
});

test("a failing key is tried again with growing delay and counted; the others are not affected", async () => {
  const looks = new Map<string, number>();
  const { clock, controller, metric, logger } = start(({ name }) => {
    looks.set(name, (looks.get(name) ?? 0) + 1);
    if (name === "bad") throw new Error("broken");
    return Promise.resolve(settled);
  });
  controller.enqueue(key("bad"));
  controller.enqueue(key("good"));
  await clock.advance(5 + 10 + 20);
  expect(looks.get("bad")).toBe(4);
  expect(looks.get("good")).toBe(1);
  expect(await metric('controller_runtime_reconcile_errors_total{controller="test"}')).toBe(4);
  expect(await metric(reconciles("error"))).toBe(4);
  expect(logger.lines.filter(({ level }) => level === "error")).toHaveLength(4);
});

test("a conflict is tried again soon and is not an error", async () => {
  let looks = 0;
  const { clock, controller, metric, logger } = start(() => {
    looks += 1;
    if (looks > 1) return Promise.resolve(settled);
    throw new KubeError({ kind: "Conflict", status: 409, reason: "Conflict", message: "stale" });
  });
  controller.enqueue(key("a"));
  await clock.advance(60);
  expect(looks).toBe(2);
  expect(await metric(reconciles("requeue"))).toBe(1);
  expect(await metric(reconciles("error"))).toBe(0);
  expect(logger.lines.filter(({ level }) => level === "error")).toEqual([]);
});

test("never reconciles one key twice at once, whatever the number of workers", async () => {
  let running = 0;
  let most = 0;
  const { clock, controller } = start(async (_key, signal) => {
    running += 1;
    most = Math.max(most, running);
    await clock.sleep(10, signal);
    running -= 1;
    return settled;
  });
  for (let n = 0; n < 5; n += 1) {
    controller.enqueue(key("a"));
    await clock.advance(5);
  }
  expect(most).toBe(1);
});

test("a reconcile that takes too long is told to stop, and one that does not listen loses its worker but keeps its key", async () => {
  const looks: string[] = [];
  const { clock, controller, metric } = start(
    ({ name }) => {
      looks.push(name);
      return name === "deaf" ? new Promise<Outcome>(() => {}) : Promise.resolve(settled);
    },
    { concurrency: 1, reconcileLimitMs: 1_000 },
  );
  controller.enqueue(key("deaf"));
  controller.enqueue(key("next"));
  await clock.advance(1_000);
  expect(looks).toEqual(["deaf"]);
  await clock.advance(60_000);
  expect(looks).toEqual(["deaf", "next"]);
  expect(await metric(reconciles("error"))).toBe(1);
});

test("a stop lets the reconcile in hand finish its write and begins nothing new", async () => {
  const written: string[] = [];
  const { clock, controller, stop, running } = start(
    async ({ name }, signal) => {
      await clock.sleep(100, signal);
      written.push(name);
      return settled;
    },
    { concurrency: 1 },
  );
  controller.enqueue(key("in-hand"));
  controller.enqueue(key("waiting"));
  await clock.advance(50);
  stop.abort(new Error("SIGTERM"));
  await clock.advance(100);
  await running;
  expect(written).toEqual(["in-hand"]);
});

test("a loss of leadership aborts the reconcile in hand at once", async () => {
  const written: string[] = [];
  const { clock, controller, abandon, running } = start(async ({ name }, signal) => {
    await clock.sleep(100, signal);
    written.push(name);
    return settled;
  });
  controller.enqueue(key("in-hand"));
  await clock.advance(50);
  abandon.abort(new Error("lost"));
  await settle();
  await running;
  expect(written).toEqual([]);
});

test("a controller sees what is in a store already, and then what changes", async () => {
  const store = createStore<CachedObject>();
  const record = (name: string, resourceVersion: string): CachedObject => ({
    key: key(name),
    uid: name,
    resourceVersion,
  });
  store.apply(record("already", "1"));
  const looks: string[] = [];
  const source = storeSource(store, ({ before, after }) => [after?.key ?? before!.key]);
  const { stop } = start(
    ({ name }) => {
      looks.push(name);
      return Promise.resolve(settled);
    },
    { sources: [source] },
  );
  await settle();
  store.apply(record("new", "2"));
  await settle();
  store.remove(key("already"), "already");
  await settle();
  expect(looks).toEqual(["already", "new", "already"]);
  stop.abort(new Error("stop"));
});

test("what was missed is made up for at the next resync, after what is urgent, and a stop leaves nothing behind", async () => {
  const looks: string[] = [];
  const known = ["seen"];
  let subscribed = 0;
  const store = {
    all: () => known.map((name): CachedObject => ({ key: key(name), uid: name, resourceVersion: "1" })),
    subscribe: () => {
      subscribed += 1;
      return () => (subscribed -= 1);
    },
  };
  const { clock, controller, stop, running } = start(
    async ({ name }, signal) => {
      looks.push(name);
      if (name === "busy") await clock.sleep(10, signal);
      return settled;
    },
    { concurrency: 1, resyncMs: 60_000, sources: [storeSource(store, ({ after }) => [after!.key])] },
  );
  await clock.advance(59_995);
  known.push("missed");
  expect(looks).toEqual(["seen"]);
  controller.enqueue(key("busy"));
  await clock.advance(5);
  controller.enqueue(key("urgent"));
  await clock.advance(10);
  expect(looks).toEqual(["seen", "busy", "urgent", "seen", "missed"]);
  await clock.advance(60_000);
  expect(looks.slice(5)).toEqual(["seen", "missed"]);
  expect(subscribed).toBe(1);
  stop.abort(new Error("SIGTERM"));
  await running;
  expect([subscribed, clock.pending()]).toEqual([0, 0]);
  await clock.advance(600_000);
  expect(looks).toHaveLength(7);
});

test("what is there already is named in batches, so that a long history does not hold up the event loop", async () => {
  const keys = Array.from({ length: 5_000 }, (_, index) => ({ namespace: "ns", name: `n${String(index)}` }));
  const objects = keys.map((key) => ({ key, uid: key.name, resourceVersion: "1" }));
  const named: string[] = [];
  const source = storeSource({ all: () => objects, subscribe: () => () => {} }, ({ after }) =>
    after === undefined ? [] : [after.key],
  );
  const end = source.start(({ name }) => named.push(name));
  expect(named.length).toBeGreaterThan(0);
  expect(named.length).toBeLessThan(objects.length);
  while (named.length < objects.length) await new Promise((resolve) => setImmediate(resolve));
  expect(named).toEqual(keys.map(({ name }) => name));
  end();
});

test("a source that has ended names nothing more", async () => {
  const objects = Array.from({ length: 5_000 }, (_, index) => ({
    key: { namespace: "ns", name: `n${String(index)}` },
    uid: String(index),
    resourceVersion: "1",
  }));
  let named = 0;
  const end = storeSource({ all: () => objects, subscribe: () => () => {} }, ({ after }) =>
    after === undefined ? [] : [after.key],
  ).start(() => (named += 1));
  const before = named;
  end();
  await new Promise((resolve) => setImmediate(resolve));
  await new Promise((resolve) => setImmediate(resolve));
  expect(named).toBe(before);
});
