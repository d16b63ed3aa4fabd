import { expect, test } from "vitest";
import { createClient } from "../kube/client.ts";
import type { KubeObject, Resource } from "../kube/object.ts";
import type { Transport } from "../kube/transport.ts";
import { createRecordingLogger } from "../testing/recording-logger.ts";
import { systemClock } from "./clock.ts";
import { createMetrics } from "./metrics.ts";
import { createReflector } from "./reflector.ts";
import { type CachedObject, createStore } from "./store.ts";

const things: Resource = { group: "example.com", version: "v1", plural: "things", kind: "Thing", namespaced: true };
const project = ({ metadata }: KubeObject): CachedObject => ({
  key: { namespace: "ns", name: metadata.name },
  uid: metadata.uid!,
  resourceVersion: metadata.resourceVersion!,
});

/** A server whose every page is there at once: only the reader's own work is measured, and only the reader gives way. It is one
 * that cannot stream what there is. */
function servePages(total: number, payloadBytes: number): { transport: Transport; asked: URLSearchParams[] } {
  const asked: URLSearchParams[] = [];
  const pages = new Map<string, Buffer>();
  const payload = "x".repeat(payloadBytes);
  const pageOf = (from: number, limit: number): Buffer => {
    const items = Array.from({ length: Math.min(limit, total - from) }, (_unused, n) => ({
      metadata: { namespace: "ns", name: `t-${from + n}`, uid: `u-${from + n}`, resourceVersion: String(from + n + 1) },
      payload,
    }));
    const next = from + limit < total ? { continue: String(from + limit) } : {};
    return Buffer.from(JSON.stringify({ metadata: { resourceVersion: "99999", ...next }, items }));
  };
  for (const [from, limit] of pagesOf(total)) pages.set(`${from} ${limit}`, pageOf(from, limit));
  async function* body(bytes: Buffer): AsyncGenerator<Uint8Array> {
    yield bytes;
  }
  const transport: Transport = {
    request: ({ path, longLived, signal }) => {
      if (path.includes("sendInitialEvents"))
        return Promise.resolve({ status: 422, headers: {}, body: body(Buffer.from("{}")) });
      if (longLived)
        return new Promise((_resolve, reject) => signal.addEventListener("abort", () => reject(signal.reason)));
      const query = new URLSearchParams(path.split("?")[1]);
      asked.push(query);
      const [from, limit] = [Number(query.get("continue") ?? 0), Number(query.get("limit"))];
      return Promise.resolve({
        status: 200,
        headers: {},
        body: body(pages.get(`${from} ${limit}`) ?? pageOf(from, limit)),
      });
    },
    close: () => Promise.resolve(),
  };
  return { transport, asked };
}

/** The pages that are asked for when none is too large. */
function pagesOf(total: number): readonly [number, number][] {
  const first = [100, 200, 400].map((limit, nth): [number, number] => [[0, 100, 300][nth]!, limit]);
  const rest = Array.from({ length: Math.ceil((total - 700) / 500) }, (_u, nth): [number, number] => [
    700 + nth * 500,
    500,
  ]);
  return [...first, ...rest];
}

async function listAll(transport: Transport): Promise<{ size: number; turnsMs: readonly number[] }> {
  const store = createStore<CachedObject>();
  const reflector = createReflector({
    name: "things",
    resource: things,
    client: createClient(transport, { timing: systemClock, random: Math.random, fieldManager: "t" }),
    store,
    project,
    clock: systemClock,
    random: Math.random,
    logger: createRecordingLogger(),
    metrics: createMetrics().reflector,
  });
  const stop = new AbortController();
  const turns = measureTurns();
  const running = reflector.run(stop.signal);
  await reflector.synced;
  const turnsMs = turns.end();
  stop.abort(new Error("over"));
  await running;
  return { size: store.size, turnsMs };
}

test("ten thousand objects are listed without holding up the event loop for more than 50 ms", async () => {
  const { transport } = servePages(10_000, 5_000);
  const { size, turnsMs } = await listAll(transport);
  expect(size).toBe(10_000);
  // One turn may be disturbed by the machine (garbage collection, a busy neighbour); two in twenty are ours.
  const [, second = 0] = turnsMs.toSorted((a, b) => b - a);
  expect(turnsMs.length).toBeGreaterThanOrEqual(20);
  expect(second).toBeLessThan(50);
});

test("pages of large objects become smaller", async () => {
  const { transport, asked } = servePages(1_000, 50_000);
  expect((await listAll(transport)).size).toBe(1_000);
  const limits = asked.map((query) => Number(query.get("limit")));
  expect(limits[0]).toBe(100);
  expect(Math.max(...limits.slice(1))).toBeLessThan(100);
});

/** What every turn of the event loop cost until the end, in milliseconds of processor time: that others keep the machine
 * busy does not count. */
function measureTurns(): { end: () => readonly number[] } {
  const turns: number[] = [];
  const cpuMs = (): number => {
    const { user, system } = process.threadCpuUsage();
    return (user + system) / 1000;
  };
  let last = cpuMs();
  let measuring = true;
  const tick = (): void => {
    const now = cpuMs();
    turns.push(now - last);
    last = now;
    if (measuring) setImmediate(tick);
  };
  setImmediate(tick);
  return {
    end: () => {
      measuring = false;
      return turns;
    },
  };
}
