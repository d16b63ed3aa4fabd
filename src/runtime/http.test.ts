import { afterEach, expect, test } from "vitest";
import { createHttpServers, type HttpOptions, type HttpServers, parseAddress } from "./http.ts";
import { createMetrics } from "./metrics.ts";

let servers: HttpServers | undefined;
afterEach(() => servers?.close());

async function listen(over: Partial<HttpOptions> = {}): Promise<{ metrics: string; probes: string }> {
  const registry = createMetrics().registry;
  servers = createHttpServers({
    metricsAddress: "127.0.0.1:0",
    probesAddress: "127.0.0.1:0",
    metrics: registry,
    healthy: () => [],
    ready: () => [],
    ...over,
  });
  await servers.listen();
  const { metrics, probes } = servers.addresses();
  return { metrics: `http://127.0.0.1:${metrics?.port}`, probes: `http://127.0.0.1:${probes?.port}` };
}

test("serves metrics and probes on ports of their own", async () => {
  const { metrics, probes } = await listen();
  const answer = await fetch(`${metrics}/metrics`);
  expect(answer.headers.get("content-type")).toContain("text/plain");
  expect(await answer.text()).toContain("# HELP workqueue_depth");
  expect((await fetch(`${probes}/healthz`)).status).toBe(200);
  expect((await fetch(`${probes}/metrics`)).status).toBe(404);
  expect((await fetch(`${probes}/healthz`, { method: "POST" })).status).toBe(405);
});

test("a probe says what is wrong", async () => {
  const { probes } = await listen({ ready: () => ["the cache of pods is not filled yet"] });
  const answer = await fetch(`${probes}/readyz`);
  expect(answer.status).toBe(503);
  expect(await answer.text()).toBe("the cache of pods is not filled yet\n");
});

test('a server whose address is "0" does not listen', async () => {
  await listen({ metricsAddress: "0" });
  expect(servers?.addresses().metrics).toBeUndefined();
});

test("closing does not wait for clients that keep their connection", async () => {
  const { probes } = await listen();
  await (await fetch(`${probes}/healthz`)).text();
  await servers?.close();
  await expect(fetch(`${probes}/healthz`)).rejects.toThrow("fetch failed");
});

test("closing does not wait for an answer that is under way", async () => {
  const asked = Promise.withResolvers<void>();
  const never = { contentType: "text/plain", metrics: () => (asked.resolve(), new Promise<string>(() => {})) };
  const { metrics } = await listen({ metrics: never });
  const asking = fetch(`${metrics}/metrics`).catch(() => "cut off");
  await asked.promise;
  await servers?.close();
  expect(await asking).toBe("cut off");
});

test("a port that is taken is an error, not a hang", async () => {
  const { probes } = await listen();
  const second = createHttpServers({
    metricsAddress: "0",
    probesAddress: new URL(probes).host,
    metrics: createMetrics().registry,
    healthy: () => [],
    ready: () => [],
  });
  await expect(second.listen()).rejects.toMatchObject({ code: "EADDRINUSE" });
});

test.each<[string, object]>([
  [":8080", { port: 8080 }],
  ["127.0.0.1:0", { host: "127.0.0.1", port: 0 }],
  ["[::1]:9", { host: "::1", port: 9 }],
])("understands the address %s", (address, expected) => {
  expect(parseAddress(address)).toEqual(expected);
});

test("refuses what is not an address", () => {
  expect(() => parseAddress("8080")).toThrow("is not an address");
});
