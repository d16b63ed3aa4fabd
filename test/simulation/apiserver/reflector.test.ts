import { expect, test } from "vitest";
import { createClient } from "../../../src/kube/client.ts";
import type { Resource } from "../../../src/kube/object.ts";
import { createMetrics } from "../../../src/runtime/metrics.ts";
import { createReflector } from "../../../src/runtime/reflector.ts";
import { createStore, type CachedObject } from "../../../src/runtime/store.ts";
import { createRecordingLogger } from "../../../src/testing/recording-logger.ts";
import type { FaultRates } from "./fault.ts";
import { between, createSeededRandom } from "./seeded-random.ts";
import { createSimulatedApiServer } from "./server.ts";
import { createVirtualClock } from "./virtual-clock.ts";

const resource: Resource = { group: "", version: "v1", plural: "configmaps", kind: "ConfigMap", namespaced: true };
const type = { apiVersion: "v1", kind: "ConfigMap" };
const minuteMs = 60_000;

const everything: FaultRates = {
  serverError: 0.05,
  tooManyRequests: 0.05,
  tooManyRequestsWithoutRetryAfter: 0.05,
  resetBefore: 0.05,
  hangBefore: 0.01,
  hangAfter: 0.01,
  truncated: 0.05,
  staleList: 0.2,
  latencyMs: [0, 200],
  watchReset: 0.3,
  watchExpired: 0.3,
  watchSilent: 0.1,
  watchGarbled: 0.1,
  watchFaultAfterMs: [0, minuteMs],
  watchDelayMs: [0, 2_000],
};

test.each([1, 2, 3, 4, 5])("an unmodified reflector ends up with what the server has, seed %d", async (seed) => {
  const clock = createVirtualClock();
  const random = createSeededRandom(seed);
  const server = createSimulatedApiServer({ clock, random, historyLength: 50 });
  const client = createClient(server.transport({ name: "operator" }), {
    timing: clock,
    random,
    fieldManager: "operator",
  });
  const store = createStore<CachedObject>();
  const stop = new AbortController();
  const reflector = createReflector({
    name: "configmaps",
    resource,
    client,
    store,
    clock,
    random,
    logger: createRecordingLogger(),
    metrics: createMetrics().reflector,
    project: ({ metadata: { name, namespace = "", uid = "", resourceVersion = "" } }) => ({
      key: { name, namespace },
      uid,
      resourceVersion,
    }),
  });
  server.faults.setRates(everything);
  const running = reflector.run(stop.signal);
  for (let step = 0; step < 200; step++) {
    const name = `c${between(random, [0, 20])}`;
    if (random() < 0.3 && server.get(type, name) !== undefined) server.delete(type, name);
    else server.put({ ...type, metadata: { name }, data: { step: String(step) } });
    await clock.advance(between(random, [0, 10_000]));
  }
  expect(server.faults.injected.length).toBeGreaterThan(2);
  server.faults.stop();
  await clock.advance(20 * minuteMs);
  const versions = (objects: readonly { readonly name: string; readonly version: string | undefined }[]): string[] =>
    objects.map(({ name, version }) => `${name}@${version}`).toSorted();
  const cached = versions(
    store.all().map(({ key, resourceVersion }) => ({ name: key.name, version: resourceVersion })),
  );
  expect(cached).toEqual(
    versions(server.all(type).map(({ metadata }) => ({ name: metadata.name, version: metadata.resourceVersion }))),
  );
  stop.abort(new Error("done"));
  await running;
});
