import { describe, expect, test } from "vitest";
import type { KubeObject, Resource } from "../../src/kube/object.ts";
import { expectNoWayBack, expectOnceEach } from "./support/history.ts";
import { logReleases } from "./support/release-log.ts";
import { image, type Shop } from "./support/shop.ts";
import { openApart } from "./support/shops.ts";
import { passes } from "./support/tekton.ts";
import { letPass, waitFor } from "./support/wait.ts";

const builds = Array.from({ length: 10 }, (_, index) => ({
  component: `part-${String(index % 3)}`,
  name: `build-${String(index)}`,
}));
const expected = {
  "part-0": image("part-0", "build-9"),
  "part-1": image("part-1", "build-7"),
  "part-2": image("part-2", "build-8"),
};

async function runBuilds(shop: Shop): Promise<void> {
  for (const { component, name } of builds) {
    await shop.build(component, name);
    await letPass(150);
  }
}

/** What is promoted when all is quiet, of a history in which nothing was lost or made twice. */
async function outcome(shop: Shop): Promise<Readonly<Record<string, string>>> {
  for (const { name } of builds) await shop.snapshotOf(name);
  const list = await shop.quiet();
  await expectOnceEach(shop);
  const snapshots = await shop.snapshots();
  expect(snapshots.filter(({ type }) => type === "component")).toHaveLength(builds.length);
  expect(await shop.testRuns()).toHaveLength(snapshots.length * 2);
  return list.promoted.images;
}

describe.concurrent("an operator that is killed again and again", () => {
  test("ends where an undisturbed one does: nothing lost, nothing twice, nothing back", async (context) => {
    const { shop, start } = await openApart(context);
    let operator = await start();
    await shop.furnish({ components: Object.keys(expected) });
    shop.tekton.play = () => passes(200);
    const releases = await logReleases(shop.client, shop.namespace);
    const building = runBuilds(shop);
    // Moments without a rhythm: during builds, tests, conclusions and promotions alike.
    for (const ms of [120, 330, 610, 270, 450]) {
      await letPass(ms);
      await operator.kill();
      operator = await start();
    }
    await building;
    expect(await outcome(shop)).toEqual(expected);
    await expectNoWayBack(
      shop,
      await releases.stop(),
      builds.map(({ component, name }) => image(component, name)),
    );
  });

  test("finishes what ended while it was away", async (context) => {
    const { shop, start } = await openApart(context);
    const first = await start();
    await shop.furnish({ components: Object.keys(expected) });
    const held = shop.tekton.gate();
    shop.tekton.play = () => passes(held.afterMs);
    await runBuilds(shop);
    await waitFor(
      "every test runs",
      () => shop.testRuns(),
      (runs) => runs.length === 20,
    );
    await first.kill();
    shop.tekton.play = () => passes(50);
    held.open();
    await waitFor(
      "every test has ended",
      () => shop.testRuns(),
      (runs) => runs.every(({ status }) => status?.completionTime !== undefined),
    );
    await start();
    expect(await outcome(shop)).toEqual(expected);
  });
});

const leaseResource: Resource = {
  group: "coordination.k8s.io",
  version: "v1",
  plural: "leases",
  kind: "Lease",
  namespaced: true,
};
const leaseDurationMs = 3000;
const election = [
  "--leader-elect",
  "--lease-duration",
  "3s",
  "--leader-renew-deadline",
  "2s",
  "--leader-elector-retry-period",
  "1s",
];

describe("two operators, of which one leads", () => {
  test("the standby does nothing until the leader is killed, and then takes over within the lease", async (context) => {
    const { shop, start } = await openApart(context);
    const args = [...election, "--leader-election-namespace", shop.namespace];
    const leader = await start(...args);
    const firstHolder = await holder(shop, (name) => name !== "");
    const standby = await start(...args);
    await shop.furnish();
    shop.tekton.play = () => passes(200);
    await shop.build("frontend", "frontend-1");
    await shop.outcomeOf("frontend-1", "True Promoted");
    expect(await holder(shop, (name) => name !== "")).toBe(firstHolder);

    await leader.kill();
    const killed = performance.now();
    await shop.build("backend", "backend-1");
    await holder(shop, (name) => name !== "" && name !== firstHolder);
    const takeOverMs = performance.now() - killed;
    await shop.outcomeOf("backend-1", "True Promoted");
    process.stdout.write(`a standby took over ${String(Math.round(takeOverMs))} ms after the leader was killed\n`);
    // The lease must run out, and the standby tries once a second.
    expect(takeOverMs).toBeLessThan(leaseDurationMs + 3000);
    expect(standby.isRunning()).toBe(true);
    await expectOnceEach(shop);
  });

  test("a leader that is asked to end hands over at once", async (context) => {
    const { shop, start } = await openApart(context);
    const args = ["--leader-elect", "--leader-election-namespace", shop.namespace];
    const leader = await start(...args);
    const firstHolder = await holder(shop, (name) => name !== "");
    await start(...args);
    expect(await leader.stop()).toBe("exit code 0");
    const left = performance.now();
    await holder(shop, (name) => name !== "" && name !== firstHolder);
    // Far less than the lease's default duration of 15 s: it was given up, not left to run out.
    expect(performance.now() - left).toBeLessThan(8000);
  });
});

/** Who holds the Lease, once it is somebody that will do. */
async function holder(shop: Shop, isWanted: (name: string) => boolean): Promise<string> {
  return waitFor(
    "the Lease has the holder it should have",
    async () => {
      const { items } = await shop.client.list<KubeObject & { spec: { holderIdentity?: string } }>(leaseResource, {
        namespace: shop.namespace,
      });
      return items[0]?.spec.holderIdentity ?? "";
    },
    isWanted,
  );
}
