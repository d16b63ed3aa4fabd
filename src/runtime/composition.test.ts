import { expect, test } from "vitest";
import { createClient } from "../kube/client.ts";
import { createEventRecorder } from "../kube/events.ts";
import type { KubeObject, Resource } from "../kube/object.ts";
import { createUndiciTransport } from "../kube/undici-transport.ts";
import { answerJson, type Handler, openWatch, refuse, startFakeApiServer } from "../testing/fake-api-server.ts";
import { createRecordingLogger } from "../testing/recording-logger.ts";
import { createCachedClient, defineCachedKind } from "./cached-client.ts";
import { systemClock } from "./clock.ts";
import { createController, storeSource } from "./controller.ts";
import { watchEventLoop } from "./event-loop.ts";
import { createFencedClient } from "./fenced-client.ts";
import { createHttpServers } from "./http.ts";
import { createElector, type Leadership } from "./leader-election.ts";
import { createHealthProbe, createManager, createReadyProbe } from "./manager.ts";
import { createMetrics } from "./metrics.ts";
import { createReflector } from "./reflector.ts";
import { type CachedObject, createStore } from "./store.ts";

const things: Resource = { group: "example.com", version: "v1", plural: "things", kind: "Thing", namespaced: true };
const project = ({ metadata }: KubeObject): CachedObject => ({
  key: { namespace: metadata.namespace ?? "", name: metadata.name },
  uid: metadata.uid!,
  resourceVersion: metadata.resourceVersion!,
});

/** One Thing that can be patched, a Lease, and Events. */
function createWorld(): {
  serve: Handler;
  patched: string[];
  lease: () => KubeObject & { spec?: { holderIdentity?: string } };
} {
  const patched: string[] = [];
  let lease: KubeObject & { spec?: { holderIdentity?: string } } = { metadata: { name: "" } };
  let version = 10;
  const serve: Handler = ({ method, url = "" }, response, body) => {
    version += 1;
    if (url.includes("/leases")) {
      if (method === "GET" && lease.metadata.name === "") return refuse(response, 404, "NotFound");
      if (method !== "GET")
        lease = {
          ...(JSON.parse(body) as KubeObject),
          metadata: { name: "lock", namespace: "ns", resourceVersion: String(version) },
        };
      return answerJson(response, lease);
    }
    if (url.includes("watch=1")) return void openWatch(response);
    const thing = {
      metadata: { namespace: "ns", name: "a", uid: "u", resourceVersion: method === "PATCH" ? String(version) : "5" },
    };
    if (method === "PATCH") patched.push(url);
    return answerJson(response, method === "GET" ? { metadata: { resourceVersion: "5" }, items: [thing] } : thing);
  };
  return { serve, patched, lease: () => lease };
}

/** Everything wired as main.ts wires it. */
function compose(server: Awaited<ReturnType<typeof startFakeApiServer>>) {
  const [clock, random, logger, metrics] = [systemClock, Math.random, createRecordingLogger(), createMetrics()];
  const transport = createUndiciTransport(server.connection, { timing: clock, userAgent: "integration-service/test" });
  const client = createClient(transport, {
    timing: clock,
    random,
    fieldManager: "integration-service",
    observe: metrics.observeCall,
  });
  const store = createStore<CachedObject>({ onHandlerError: () => metrics.reflector.handlerFailed("things") });
  const kind = { resource: things, store, project };
  const reflector = createReflector({
    name: "things",
    ...kind,
    client,
    clock,
    random,
    logger,
    metrics: metrics.reflector,
  });
  let leadership: Leadership | undefined;
  const fenced = createFencedClient(client, () => leadership?.isHeld() ?? false);
  const writes = createCachedClient(fenced, [defineCachedKind(kind)]);
  const events = createEventRecorder({
    client: fenced,
    component: "test",
    now: () => clock.now(),
    random,
    onLost: () => {},
  });
  const controller = createController({
    name: "thing",
    concurrency: 2,
    sources: [storeSource(store, ({ before, after }) => [(after ?? before)!.key])],
    clock,
    random,
    logger,
    metrics: metrics.controller,
    queueObserver: metrics.queueObserver("thing"),
    reconcile: async (key, signal) => {
      if (store.get(key)?.resourceVersion !== "5") return { kind: "settled" };
      await writes.patch(things, key, { type: "merge", body: { metadata: { labels: { seen: "yes" } } } }, signal);
      events.record({
        subject: { apiVersion: "example.com/v1", kind: "Thing", ...key, uid: "u" },
        type: "Normal",
        reason: "Seen",
        message: "seen",
      });
      return { kind: "settled" };
    },
  });
  const eventLoop = watchEventLoop(clock, metrics.setEventLoopLag);
  const http = createHttpServers({
    metricsAddress: "127.0.0.1:0",
    probesAddress: "127.0.0.1:0",
    metrics: metrics.registry,
    healthy: createHealthProbe([reflector], eventLoop),
    ready: createReadyProbe([reflector]),
  });
  const manager = createManager({
    http,
    reflectors: [reflector],
    controllers: [controller],
    elector: createElector({
      client,
      namespace: "ns",
      name: "lock",
      identity: "pod-1_x",
      clock,
      random,
      logger,
      onChange: (leading) => metrics.setLeading("lock", leading),
    }),
    onElected: (elected) => {
      leadership = elected;
    },
    closers: [
      { name: "events", close: (signal) => events.flush(signal) },
      { name: "event loop monitor", close: async () => eventLoop.stop() },
      { name: "transport", close: () => transport.close() },
    ],
    clock,
    logger,
  });
  return { manager, http, store };
}

test("everything together: starts, is elected, reconciles, reads its own write, and a stop leaves no handle behind", async () => {
  const before = countHandles();
  const world = createWorld();
  const server = await startFakeApiServer(world.serve);
  const { manager, http, store } = compose(server);
  const stop = new AbortController();
  const running = manager.run(stop.signal);
  await expect.poll(() => world.patched.length).toBe(1);
  await expect.poll(() => store.get({ namespace: "ns", name: "a" })?.resourceVersion).not.toBe("5");
  const { probes, metrics } = http.addresses();
  const ready = await fetch(`http://127.0.0.1:${probes?.port}/readyz`, { headers: { connection: "close" } });
  expect([ready.status, await ready.text()]).toEqual([200, "ok\n"]);
  const text = await (
    await fetch(`http://127.0.0.1:${metrics?.port}/metrics`, { headers: { connection: "close" } })
  ).text();
  expect(text).toContain('leader_election_master_status{name="lock"} 1');
  expect(text).toMatch(/controller_runtime_reconcile_total\{controller="thing",result="success"\} [12]/);
  expect(text).toContain('rest_client_requests_total{code="200",method="PATCH"} 1');
  expect(world.lease().spec?.holderIdentity).toBe("pod-1_x");

  stop.abort(new Error("SIGTERM"));
  await running;
  expect(world.lease().spec?.holderIdentity).toBe("");
  expect(server.asked.filter((line) => line.startsWith("POST") && line.includes("/events"))).toHaveLength(1);
  await server.close();
  await expect.poll(countHandles).toEqual(before);
});

/** Sockets, servers and timers that would keep the process up, except those of the test runner. */
function countHandles(): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const kind of process.getActiveResourcesInfo()) {
    if (/TCP|TLS|Server/.test(kind)) counts[kind] = (counts[kind] ?? 0) + 1;
  }
  return counts;
}
