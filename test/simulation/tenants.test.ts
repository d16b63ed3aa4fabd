import { expect, test } from "vitest";
import { conditionTypes } from "../../src/api/conditions.ts";
import { labels } from "../../src/api/labels.ts";
import type { TestRunLimits } from "../../src/domain/admit-test-runs.ts";
import { objectOf, type ApiObject } from "./apiserver/json.ts";
import { createSeededRandom } from "./apiserver/seeded-random.ts";
import { createSimulatedApiServer, type SimulatedApiServer } from "./apiserver/server.ts";
import { createVirtualClock } from "./apiserver/virtual-clock.ts";
import { definitions, types } from "./operator/definitions.ts";
import * as manifests from "./operator/manifests.ts";
import { ownerId } from "./operator/owners.ts";
import { startProcess } from "./operator/process.ts";
import { conditionOf, labelOf } from "./operator/readings.ts";

const floodBuilds = 1000;
/** Thirty times the places that there are: a line that takes a minute. */
const lineBuilds = 300;
/** What one tenant may lose by another one's flood. */
const delayMaxMs = 5_000;
const testMs = 2_000;

/** Two tenants, one operator, and an API server that takes its time, on a clock of their own. */
async function open(seed: number, testRunLimits: TestRunLimits) {
  const clock = createVirtualClock();
  const server = createSimulatedApiServer({ clock, random: createSeededRandom(seed), definitions });
  server.faults.limitTo(({ identity }) => identity === "operator");
  server.faults.setRates({ latencyMs: [2, 10], watchDelayMs: [1, 50] });
  const flaws: string[] = [];
  const tests = { running: 0, most: 0 };
  const put = (namespace: string, object: object): void => {
    const { metadata, ...rest } = object as ApiObject;
    server.put({ ...rest, metadata: { ...metadata, namespace } } as ApiObject);
  };
  const iso = (): string => new Date(clock.now()).toISOString();
  for (const tenant of ["crowd", "calm"]) {
    server.put({ apiVersion: "v1", kind: "Namespace", metadata: { name: tenant } });
    put(tenant, manifests.application("shop", false));
    put(tenant, manifests.component("cart", "shop", false));
    put(
      tenant,
      manifests.scenario({ name: "shop-check", owner: ownerId("Application", "shop"), optional: false, contexts: [] }),
    );
    put(tenant, manifests.releasePlan("production", ownerId("Application", "shop"), true));
  }
  // Every test takes two seconds and passes.
  server.onWrite(({ plural, before, after }) => {
    if (plural !== "pipelineruns" || before !== undefined || after === undefined) return;
    if (labelOf(after, labels.pipelinesType) !== "test") return;
    const { name, namespace = "" } = after.metadata;
    tests.most = Math.max(tests.most, ++tests.running);
    clock.after(testMs, () => {
      const run = server.get(types.pipelineRun, name, namespace);
      tests.running--;
      if (run === undefined) return;
      const conditions = [
        { type: "Succeeded", status: "True", reason: "Succeeded", message: "", lastTransitionTime: iso() },
      ];
      put(namespace, { ...run, status: { completionTime: iso(), childReferences: [], conditions } });
    });
  });
  const process = startProcess({
    identity: "operator",
    seed,
    transport: server.transport({ name: "operator" }),
    clock,
    concurrency: 8,
    election: false,
    testRunLimits,
    onCall: () => {},
    onFlaw: (flaw) => flaws.push(flaw),
  });
  await clock.advance(5_000);
  const build = (tenant: string, index: number): void => {
    const name = `build-${String(index)}`;
    const run = manifests.buildRun({
      name,
      component: "cart",
      sequence: index,
      pullRequest: false,
      merges: false,
    }) as ApiObject;
    const conditions = [
      { type: "Succeeded", status: "True", reason: "Succeeded", message: "", lastTransitionTime: iso() },
    ];
    const status = {
      completionTime: iso(),
      conditions,
      results: manifests.buildResults("cart", `${tenant}.${String(index)}`),
    };
    put(tenant, { ...run, status });
  };
  const promoted = (tenant: string): number =>
    server
      .all(types.snapshot, tenant)
      .filter((snapshot) => conditionOf(snapshot, conditionTypes.promoted)?.status === "True").length;
  return { clock, server, process, flaws, tests, build, promoted };
}

/** Objects of one tenant that hold an image of another's. Names are the same in both, so that only namespaces part them. */
function foreignTo(tenant: string, other: string, all: SimulatedApiServer["all"]): readonly string[] {
  const image = Buffer.from(`${other}.`).toString("hex");
  const kinds = [types.snapshot, types.pipelineRun, types.configMap, types.release, types.event];
  return kinds.flatMap((kind) =>
    all(kind, tenant).flatMap((object) => (JSON.stringify(object).includes(image) ? [object.metadata.name] : [])),
  );
}

interface Way {
  readonly tookMs: number;
  /** Snapshots of the crowd that the operator had said something about by then. */
  readonly flooded: number;
  /** The most tests that ever ran at a time. */
  readonly mostTests: number;
}

/** How long it takes from the end of a calm tenant's build to its promotion, in virtual milliseconds. */
async function wayOfACalmBuild(crowd: number, limits: TestRunLimits = {}): Promise<Way> {
  const { clock, server, process, flaws, tests, build, promoted } = await open(7, limits);
  for (let index = 1; index <= crowd; index++) build("crowd", index);
  await clock.advance(1_000);
  const from = clock.monotonic();
  build("calm", 1);
  expect(await clock.runUntil(() => promoted("calm") > 0, 120_000)).toBe("reached");
  const tookMs = clock.monotonic() - from;
  const flooded = server
    .all(types.snapshot, "crowd")
    .filter((snapshot) => objectOf(snapshot["status"])["conditions"]).length;
  process.kill();
  expect(foreignTo("calm", "calm", server.all)).not.toEqual([]);
  expect(foreignTo("calm", "crowd", server.all)).toEqual([]);
  expect(foreignTo("crowd", "calm", server.all)).toEqual([]);
  expect(flaws).toEqual([]);
  return { tookMs, flooded, mostTests: tests.most };
}

test(
  `a thousand builds of one tenant delay another tenant's build by a few seconds at most`,
  { timeout: 300_000 },
  async () => {
    const alone = await wayOfACalmBuild(0);
    const amid = await wayOfACalmBuild(floodBuilds);
    process.stdout.write(
      `a build was promoted after ${(alone.tookMs / 1000).toFixed(1)} s alone, and after ${(amid.tookMs / 1000).toFixed(1)} s amid ${String(floodBuilds)} builds of another tenant, ${String(amid.flooded)} of which had been looked at\n`,
    );
    expect(amid.tookMs - alone.tookMs).toBeLessThan(delayMaxMs);
    // The flood was still going on: it is not that the calm one came last.
    expect(amid.flooded).toBeLessThan(floodBuilds);
  },
);

test(
  "of ten places for tests another tenant gets the next that is free, however long the line of the first",
  { timeout: 300_000 },
  async () => {
    const amid = await wayOfACalmBuild(lineBuilds, { inAll: 10 });
    process.stdout.write(`with ten places for tests it was promoted after ${(amid.tookMs / 1000).toFixed(1)} s\n`);
    // The test that ends before it has room, then its own, then what a flood delays.
    expect(amid.tookMs).toBeLessThan(2 * testMs + delayMaxMs);
    expect(amid.mostTests).toBe(10);
  },
);
