import { describe, expect, test } from "vitest";
import type { Fault, FaultRates } from "./fault.ts";
import { configMap, once, path, type, world } from "./world.ts";

describe("faults", () => {
  test.each<[string, Fault, "throws" | number, boolean]>([
    ["a reset before the write", { kind: "resetBefore" }, "throws", false],
    ["a reset after the write", { kind: "resetAfter" }, "throws", true],
    ["a refusal", { kind: "status", code: 500 }, 500, false],
    ["an answer that breaks off", { kind: "truncated" }, "throws", true],
  ])("%s", async (_sentence, fault, outcome, written) => {
    const { server, call } = world();
    once(server, fault);
    const answer = await call("POST", path, configMap("a")).then(
      ({ status }) => status,
      () => "throws",
    );
    expect(answer).toBe(outcome);
    expect(server.get(type, "a") !== undefined).toBe(written);
    expect(server.faults.injected).toHaveLength(1);
  });

  test("a server that is too busy says when to come back, if it says so", async () => {
    const { server, call } = world();
    once(server, { kind: "status", code: 429, retryAfterSeconds: 3 });
    expect(await call("GET", path)).toMatchObject({
      status: 429,
      retryAfter: "3",
      body: { reason: "TooManyRequests" },
    });
    once(server, { kind: "status", code: 429 });
    expect((await call("GET", path)).retryAfter).toBeUndefined();
  });

  test("a list of a server that lags behind shows the past, but only to those who allow it", async () => {
    const { server, call } = world();
    await call("POST", path, configMap("a"));
    server.faults.onRequest(() => ({ kind: "staleList", revisionsBehind: 1 }));
    expect((await call("GET", `${path}?resourceVersion=0`)).body["items"]).toHaveLength(0);
    expect((await call("GET", path)).body["items"]).toHaveLength(1);
  });

  test("the same seed gives the same faults, another seed gives others", async () => {
    const rates: FaultRates = { serverError: 0.2, resetBefore: 0.2, resetAfter: 0.2 };
    const story = async (seed: number): Promise<string[]> => {
      const { server, call } = world({}, seed);
      server.faults.setRates(rates);
      for (let index = 0; index < 30; index++) await call("POST", path, configMap(`c${index}`)).catch(() => undefined);
      return server.faults.injected.map(({ fault }) => fault.kind);
    };
    const [first, second, other] = [await story(1), await story(1), await story(2)];
    expect(first).toEqual(second);
    expect(first).not.toEqual(other);
  });
});
