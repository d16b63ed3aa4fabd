import { expect, inject, test } from "vitest";
import type { KubeObject, Resource } from "../../src/kube/object.ts";
import { expectNoWayBack } from "../integration/support/history.ts";
import { logReleases } from "../integration/support/release-log.ts";
import { image, type Shop } from "../integration/support/shop.ts";
import { openApart } from "../integration/support/shops.ts";
import { letPass, waitFor } from "../integration/support/wait.ts";
import { kubeconfigFor, readAccess } from "./support/access.ts";
import { chanceFor } from "./support/chance.ts";
import { expectFinalState } from "./support/final-state.ts";
import { startHttpProxy, type Fate } from "./support/http-proxy.ts";
import { directTests, play } from "./support/player.ts";
import { scenarios, writeScript } from "./support/script.ts";

const components = ["part-0", "part-1", "part-2"];
const limitMs = 120_000;
/** What a process that was asked to end may take, as the operator promises. */
const endMaxMs = 10_000;
const electionFor = ({ namespace }: Shop): readonly string[] => [
  "--leader-elect",
  "--leader-election-namespace",
  namespace,
];

test(
  "upgrades under load, one process after the other, lose nothing and do nothing twice",
  { timeout: limitMs },
  async (context) => {
    const random = chanceFor(context.task.name);
    const script = writeScript({ components, count: 40, random });
    const { shop, start } = await openApart(context);
    let old = await start(...electionFor(shop));
    await shop.furnish({ components, scenarios });
    directTests(shop, script);
    const releases = await logReleases(shop.client, shop.namespace);
    const building = play(shop, script, 200);
    for (let round = 0; round < 3; round += 1) {
      await letPass(random() * 1500);
      // As a Deployment does it: the new one is ready before the old one is asked to end.
      const next = await start(...electionFor(shop));
      const before = await holder(shop);
      const asked = performance.now();
      expect(await old.stop()).toBe("exit code 0");
      const endedMs = performance.now() - asked;
      await waitFor(
        "the new process leads",
        () => holder(shop),
        (name) => name !== "" && name !== before,
      );
      const tookOverMs = performance.now() - asked;
      process.stdout.write(
        `the old process ended after ${endedMs.toFixed(0)} ms, the new one led after ${tookOverMs.toFixed(0)} ms\n`,
      );
      expect(endedMs).toBeLessThan(endMaxMs);
      old = next;
    }
    await building;
    await expectFinalState(shop, script);
    const order = script.builds.map(({ component, name }) => image(component, name));
    await expectNoWayBack(shop, await releases.stop(), order);
  },
);

test(
  "asked to end behind a slow API server, it finishes the write in hand, gives the lease back, and is gone in ten seconds",
  { timeout: limitMs },
  async (context) => {
    const { shop, start } = await openApart(context);
    const slow: Fate = { kind: "late", delayMs: 1000 };
    let isSlow = false;
    let created = 0;
    const inHand = Promise.withResolvers<void>();
    const access = await readAccess(inject("kubeconfig"));
    const proxy = await startHttpProxy(access, ({ method, path }) => {
      // Others may have begun by then, as the watch is not slow; the Snapshot is made once all the same.
      const isCreation = method === "POST" && /\/snapshots(\?|$)/.test(path);
      if (isSlow && isCreation) {
        created += 1;
        inHand.resolve();
      }
      return isSlow ? slow : { kind: "passes" };
    });
    context.onTestFinished(() => proxy.stop());
    const kubeconfig = await kubeconfigFor(context, { ...access, port: proxy.port, ca: proxy.ca });
    const operator = await start("--kubeconfig", kubeconfig, ...electionFor(shop));
    await shop.furnish({ components, scenarios });
    isSlow = true;
    await shop.build("part-0", "build-0");
    await inHand.promise;
    const asked = performance.now();
    expect(await operator.stop()).toBe("exit code 0");
    const endedMs = performance.now() - asked;
    process.stdout.write(`behind a slow API server it ended after ${endedMs.toFixed(0)} ms\n`);
    expect(endedMs).toBeLessThan(endMaxMs);
    expect(await holder(shop)).toBe("");
    // The reconcile whose Snapshot was being made also told the build so: it was not cut in two.
    const { name } = await shop.snapshotOf("build-0");
    expect((await shop.get("PipelineRun", "build-0"))?.metadata.annotations?.["appstudio.openshift.io/snapshot"]).toBe(
      name,
    );
    expect(created).toBe(1);
  },
);

test(
  "asked to end while the API server answers nothing any more, it is gone in ten seconds all the same",
  { timeout: limitMs },
  async (context) => {
    const { shop, start } = await openApart(context);
    let isStalled = false;
    const inHand = Promise.withResolvers<void>();
    const access = await readAccess(inject("kubeconfig"));
    const proxy = await startHttpProxy(access, ({ method, path }) => {
      if (isStalled && method !== "GET" && !path.includes("/leases")) inHand.resolve();
      return isStalled ? { kind: "late", delayMs: limitMs } : { kind: "passes" };
    });
    context.onTestFinished(() => proxy.stop());
    const kubeconfig = await kubeconfigFor(context, { ...access, port: proxy.port, ca: proxy.ca });
    const operator = await start("--kubeconfig", kubeconfig, ...electionFor(shop));
    await shop.furnish({ components, scenarios });
    isStalled = true;
    await shop.build("part-0", "build-0");
    await inHand.promise;
    const asked = performance.now();
    await operator.stop();
    const endedMs = performance.now() - asked;
    process.stdout.write(`behind a dead API server it ended after ${endedMs.toFixed(0)} ms\n`);
    expect(endedMs).toBeLessThan(endMaxMs);
  },
);

const leaseResource: Resource = {
  group: "coordination.k8s.io",
  version: "v1",
  plural: "leases",
  kind: "Lease",
  namespaced: true,
};

/** Who holds the Lease; "" if nobody does. */
async function holder({ client, namespace }: Shop): Promise<string> {
  const { items } = await client.list<KubeObject & { spec: { holderIdentity?: string } }>(leaseResource, { namespace });
  return items[0]?.spec.holderIdentity ?? "";
}
