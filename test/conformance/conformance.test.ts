import { afterAll, beforeAll, describe, expect, inject, test } from "vitest";
import { loadConnection } from "../../src/kube/config.ts";
import type { Transport } from "../../src/kube/transport.ts";
import { createUndiciTransport } from "../../src/kube/undici-transport.ts";
import { systemClock } from "../../src/runtime/clock.ts";
import { createSeededRandom } from "../simulation/apiserver/seeded-random.ts";
import { createSimulatedApiServer } from "../simulation/apiserver/server.ts";
import { cases } from "./cases/all.ts";
import { observe, prepare } from "./compare.ts";

describe("the simulated API server answers as a real one does: it", () => {
  const run = Date.now().toString(36);
  const clock = systemClock;
  const simulated = createSimulatedApiServer({ clock, random: createSeededRandom(1) }).transport({
    userAgent: "conformance",
  });
  let real: Transport;

  beforeAll(async () => {
    const connection = loadConnection({ timing: clock, kubeconfigFile: inject("kubeconfig") });
    real = createUndiciTransport(connection, { timing: clock, userAgent: "conformance" });
    await Promise.all([prepare(simulated), prepare(real)]);
  }, 60_000);
  afterAll(() => real.close());

  test.each(cases.map((one, index) => ({ ...one, namespace: `conformance-${run}-${index}` })))(
    "$name",
    async ({ namespace, ...one }) => {
      const [expected, actual] = await Promise.all([observe(real, one, namespace), observe(simulated, one, namespace)]);
      expect(actual).toEqual(expected);
    },
  );
});
