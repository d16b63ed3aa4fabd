import { expect, test } from "vitest";
import { settle } from "../testing/fake-clock.ts";
import type { KubeClient } from "./client.ts";
import { KubeError } from "./errors.ts";
import { createEventRecorder, type EventRecorderOptions, type EventToRecord } from "./events.ts";
import type { KubeObject } from "./object.ts";

const subject = { apiVersion: "example.com/v1", kind: "Thing", namespace: "ns", name: "a", uid: "u" };
const unlimited = new AbortController().signal;
const event = (over: Partial<EventToRecord> = {}): EventToRecord => ({
  subject,
  type: "Normal",
  reason: "Done",
  message: "it is done",
  ...over,
});

type EventObject = KubeObject & {
  count: number;
  message: string;
  involvedObject: object;
  lastTimestamp: string;
  firstTimestamp: string;
};

function setUp(over: Partial<EventRecorderOptions> = {}) {
  const stored = new Map<string, EventObject>();
  const lost: unknown[] = [];
  let writes = 0;
  const time = { nowMs: Date.parse("2026-11-01T12:00:00.500Z") };
  const client = {
    create: async (_resource: unknown, object: EventObject) => {
      writes += 1;
      stored.set(object.metadata.name, object);
      return object;
    },
    patch: async (_resource: unknown, { name }: { name: string }, { body }: { body: object }) => {
      writes += 1;
      const before = stored.get(name);
      if (before === undefined)
        throw new KubeError({ kind: "NotFound", status: 404, reason: "NotFound", message: "gone" });
      stored.set(name, { ...before, ...body });
    },
  } as unknown as Pick<KubeClient, "create" | "patch">;
  let draws = 0;
  const recorder = createEventRecorder({
    client,
    component: "tester",
    now: () => time.nowMs,
    random: () => (draws += 1) / 1000,
    onLost: (error) => lost.push(error),
    ...over,
  });
  return { recorder, stored, lost, time, writes: () => writes, events: () => [...stored.values()] };
}

test("an event shows in kubectl describe: about the object, from us, with its times", async () => {
  const { recorder, events } = setUp();
  recorder.record(event());
  await recorder.flush(unlimited);
  expect(events()).toMatchObject([
    {
      involvedObject: subject,
      reason: "Done",
      message: "it is done",
      type: "Normal",
      count: 1,
      firstTimestamp: "2026-11-01T12:00:00Z",
      source: { component: "tester" },
      metadata: { namespace: "ns" },
    },
  ]);
});

test("the same event again is counted in the one that exists", async () => {
  const { recorder, events, time } = setUp();
  recorder.record(event());
  await settle();
  time.nowMs += 60_000;
  recorder.record(event());
  await recorder.flush(unlimited);
  expect(events()).toMatchObject([
    { count: 2, firstTimestamp: "2026-11-01T12:00:00Z", lastTimestamp: "2026-11-01T12:01:00Z" },
  ]);
});

test("repeats that wait together become one write", async () => {
  const { recorder, events, writes } = setUp();
  for (let n = 0; n < 50; n += 1) recorder.record(event());
  await recorder.flush(unlimited);
  expect(events()).toMatchObject([{ count: 50 }]);
  expect(writes()).toBe(1);
});

test("an event that has expired begins anew", async () => {
  const { recorder, stored, events } = setUp();
  recorder.record(event());
  await settle();
  stored.clear();
  recorder.record(event());
  await recorder.flush(unlimited);
  expect(events()).toHaveLength(1);
});

test("many different messages of one reason end in one that is counted", async () => {
  const { recorder, events } = setUp();
  for (let n = 0; n < 30; n += 1) recorder.record(event({ message: `attempt ${n}` }));
  await recorder.flush(unlimited);
  expect(events()).toHaveLength(11);
  expect(events().at(-1)).toMatchObject({ message: "(combined from similar events)", count: 20 });
});

test("an event about a cluster-scoped object lives in the default namespace", async () => {
  const { recorder, events } = setUp();
  recorder.record(event({ subject: { ...subject, namespace: "" } }));
  await recorder.flush(unlimited);
  expect(events()[0]?.metadata.namespace).toBe("default");
});

test("recording never fails and never waits: what cannot be written is counted as lost", async () => {
  const refuse = (): Promise<never> =>
    Promise.reject(new KubeError({ kind: "Forbidden", status: 403, reason: "Forbidden", message: "no" }));
  const { recorder, lost } = setUp({ client: { create: refuse, patch: refuse }, waitingMax: 3 });
  for (let n = 0; n < 5; n += 1) recorder.record(event({ reason: `R${n}` }));
  await recorder.flush(unlimited);
  expect(lost).toHaveLength(5);
});

test("a flush ends when its time is over", async () => {
  const hang = (_r: unknown, _o: unknown, signal?: AbortSignal): Promise<never> =>
    new Promise((_resolve, reject) => {
      if (signal?.aborted) reject(signal.reason);
      signal?.addEventListener("abort", () => reject(signal.reason));
    });
  const { recorder, lost } = setUp({ client: { create: hang, patch: hang as never } });
  recorder.record(event());
  const abort = new AbortController();
  const flushing = recorder.flush(abort.signal);
  await settle();
  abort.abort(new Error("late"));
  await flushing;
  expect(lost).toHaveLength(1);
});
