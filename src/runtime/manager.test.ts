import { expect, test } from "vitest";
import { createFakeClock, settle } from "../testing/fake-clock.ts";
import { createFakeLeaseApi } from "../testing/fake-lease-api.ts";
import { createRecordingLogger } from "../testing/recording-logger.ts";
import type { Controller } from "./controller.ts";
import { watchEventLoop } from "./event-loop.ts";
import { createElector, LeadershipLost } from "./leader-election.ts";
import { createHealthProbe, createManager, createReadyProbe, type ManagerOptions } from "./manager.ts";
import type { Reflector } from "./reflector.ts";

const aborted = (signal: AbortSignal): Promise<void> =>
  new Promise((resolve) => (signal.aborted ? resolve() : signal.addEventListener("abort", () => resolve())));

function setUp(over: Partial<ManagerOptions> = {}) {
  const story: string[] = [];
  const clock = createFakeClock();
  const api = createFakeLeaseApi();
  const logger = createRecordingLogger();
  const synced = Promise.withResolvers<void>();
  const reflector: Reflector = {
    name: "things",
    synced: synced.promise,
    state: () => ({ kind: "watching" }),
    lastEventAgeMs: () => 0,
    run: async (signal) => {
      story.push("reflector starts");
      await aborted(signal);
      story.push("reflector stops");
    },
  };
  const controller: Controller = {
    name: "c",
    enqueue: () => {},
    run: async (stop, abandon) => {
      story.push("controller starts");
      await Promise.race([aborted(stop), aborted(abandon)]);
      story.push(abandon.aborted ? "controller abandons" : "controller finishes");
    },
  };
  const elector = createElector({
    client: api.client,
    namespace: "ns",
    name: "lock",
    identity: "a",
    clock,
    random: () => 0,
    logger,
  });
  const manager = createManager({
    http: {
      listen: async () => void story.push("http starts"),
      addresses: () => ({ metrics: undefined, probes: undefined }),
      close: async () => void story.push("http stops"),
    },
    reflectors: [reflector],
    controllers: [controller],
    elector,
    onElected: () => story.push("elected"),
    closers: [
      { name: "events", close: async () => void story.push("events flushed") },
      { name: "transport", close: async () => void story.push("transport closed") },
    ],
    clock,
    logger,
    ...over,
  });
  const stop = new AbortController();
  const running = manager.run(stop.signal);
  running.catch(() => {});
  return { story, clock, api, synced, stop, running, controller, logger };
}

test("starts in order and stops in reverse", async () => {
  const { story, clock, api, synced, stop, running } = setUp();
  await settle();
  expect(story).toEqual(["http starts", "reflector starts"]);
  synced.resolve();
  await settle();
  expect(story.slice(2)).toEqual(["elected", "controller starts"]);
  stop.abort(new Error("SIGTERM"));
  await running;
  expect(story.slice(4)).toEqual([
    "controller finishes",
    "reflector stops",
    "events flushed",
    "transport closed",
    "http stops",
  ]);
  expect(api.current()?.spec.holderIdentity).toBe("");
  expect(clock.pending()).toBe(0);
});

test("a loss of leadership cuts the controllers off, and the process ends with an error", async () => {
  const { story, clock, api, synced, running } = setUp();
  synced.resolve();
  await settle();
  api.before = () => new Promise(() => {});
  await clock.advance(10_000);
  await expect(running).rejects.toThrow(LeadershipLost);
  expect(story).toContain("controller abandons");
  expect(story.at(-1)).toBe("http stops");
});

test.each<[string, boolean]>([
  ["before the caches are filled", false],
  ["while the controllers work", true],
])("a reflector that gives up %s ends everything, and the process ends with its reason", async (_when, filled) => {
  const givesUp = Promise.withResolvers<void>();
  const { story, clock, synced, running } = setUp({
    reflectors: [
      {
        name: "things",
        synced: filled ? Promise.resolve() : new Promise(() => {}),
        state: () => ({ kind: "watching" }),
        lastEventAgeMs: () => 0,
        run: () => givesUp.promise,
      },
    ],
  });
  synced.resolve();
  await settle();
  givesUp.reject(new Error("put back"));
  await expect(running).rejects.toThrow("put back");
  expect(story.includes("controller abandons")).toBe(filled);
  expect(story.slice(-3)).toEqual(["events flushed", "transport closed", "http stops"]);
  expect(clock.pending()).toBe(0);
});

test("a stop that comes before the caches are filled ends everything that was begun", async () => {
  const { story, clock, stop, running } = setUp();
  await settle();
  stop.abort(new Error("SIGTERM"));
  await running;
  expect(story).toEqual([
    "http starts",
    "reflector starts",
    "reflector stops",
    "events flushed",
    "transport closed",
    "http stops",
  ]);
  expect(clock.pending()).toBe(0);
});

test("a part that does not stop is left behind when the limit has passed", async () => {
  const stuck: Controller = { name: "stuck", enqueue: () => {}, run: (_stop, abandon) => aborted(abandon) };
  const { story, clock, synced, stop, running, logger } = setUp({
    controllers: [stuck],
    closers: [{ name: "never", close: () => new Promise(() => {}) }],
    finishLimitMs: 1_000,
    stopLimitMs: 1_000,
  });
  synced.resolve();
  await settle();
  stop.abort(new Error("SIGTERM"));
  await clock.advance(999);
  expect(story).not.toContain("reflector stops");
  await clock.advance(1_001);
  await running;
  expect(story.at(-1)).toBe("http stops");
  expect(logger.lines).toContainEqual(
    expect.objectContaining({ level: "warn", fields: expect.objectContaining({ part: "never" }) as unknown }),
  );
});

test("an address that is taken ends the start with an error", async () => {
  const http = {
    listen: () => Promise.reject(new Error("EADDRINUSE")),
    addresses: () => ({ metrics: undefined, probes: undefined }),
    close: () => Promise.resolve(),
  };
  await expect(setUp({ http }).running).rejects.toThrow("EADDRINUSE");
});

test("ready when every cache is filled", async () => {
  const pods = Promise.withResolvers<void>();
  const ready = createReadyProbe([{ name: "pods", synced: pods.promise } as Reflector]);
  expect(ready()).toEqual(["the cache of pods is not filled yet"]);
  pods.resolve();
  await settle();
  expect(ready()).toEqual([]);
});

test("a reflector that hears nothing for too long makes the process unhealthy", () => {
  const eventLoop = { lagMs: () => 0 };
  expect(createHealthProbe([{ name: "pods", lastEventAgeMs: () => 95_000 }], eventLoop)()).toEqual([]);
  expect(createHealthProbe([{ name: "pods", lastEventAgeMs: () => 700_000 }], eventLoop)()).toEqual([
    "pods has heard nothing from the API server for 700 s",
  ]);
});

test("a blocked event loop is measured, shown and forgotten again", async () => {
  const clock = createFakeClock();
  const reported: number[] = [];
  const eventLoop = watchEventLoop(clock, (lagMs) => reported.push(lagMs));
  const healthy = createHealthProbe([], eventLoop);
  await clock.advance(2_000);
  expect(healthy()).toEqual([]);
  clock.block(8_000);
  expect(healthy()).toEqual(["the event loop was blocked for 7000 ms"]);
  await clock.advance(0);
  expect(reported.at(-1)).toBe(7_000);
  expect(healthy()).toHaveLength(1);
  await clock.advance(20_000);
  expect(healthy()).toEqual([]);
  // Whoever scrapes twice a minute sees it all the same.
  expect(reported.at(-1)).toBe(7_000);
  await clock.advance(60_000);
  expect(reported.at(-1)).toBe(0);
  eventLoop.stop();
  expect(clock.pending()).toBe(0);
});
