import { expect, test } from "vitest";
import type { KubeObject, Resource } from "../../src/kube/object.ts";
import { expectNoWayBack } from "../integration/support/history.ts";
import { logReleases } from "../integration/support/release-log.ts";
import { image, type Shop } from "../integration/support/shop.ts";
import { openApart } from "../integration/support/shops.ts";
import { letPass, waitFor } from "../integration/support/wait.ts";
import { chanceFor } from "./support/chance.ts";
import { expectFinalState } from "./support/final-state.ts";
import { directTests, play } from "./support/player.ts";
import { scenarios, writeScript } from "./support/script.ts";

const components = ["part-0", "part-1", "part-2"];
const pauseMs = 250;
const limitMs = 120_000;
const leaseMs = 3000;
/** The standby tries once a second, on a machine that may be busy. */
const takeOverMaxMs = leaseMs + 3000;
const electionFor = ({ namespace }: Shop): readonly string[] => [
  "--leader-elect",
  "--leader-election-namespace",
  namespace,
  "--lease-duration",
  "3s",
  "--leader-renew-deadline",
  "2s",
  "--leader-elector-retry-period",
  "1s",
];

test(
  "when leaders are killed, a standby takes over within the lease, and builds go on",
  {
    timeout: limitMs,
  },
  async (context) => {
    const random = chanceFor(context.task.name);
    const script = writeScript({ components, count: 40, random });
    const { shop, start } = await openApart(context);
    let leader = await start(...electionFor(shop));
    let holder = await nextHolder(shop, "");
    let standby = await start(...electionFor(shop));
    await shop.furnish({ components, scenarios });
    directTests(shop, script);
    const building = play(shop, script, pauseMs);
    for (let round = 0; round < 2; round += 1) {
      await letPass(random() * 2000);
      await leader.kill();
      const killed = performance.now();
      holder = await nextHolder(shop, holder);
      const tookMs = performance.now() - killed;
      process.stdout.write(`a standby took over ${String(Math.round(tookMs))} ms after the leader was killed\n`);
      expect(tookMs).toBeLessThan(takeOverMaxMs);
      leader = standby;
      standby = await start(...electionFor(shop));
    }
    await building;
    await expectFinalState(shop, script);
  },
);

test("a leader that was frozen past its lease changes nothing once it wakes", { timeout: limitMs }, async (context) => {
  const random = chanceFor(context.task.name);
  const script = writeScript({ components, count: 30, random });
  const { shop, start } = await openApart(context);
  const leader = await start(...electionFor(shop));
  const holder = await nextHolder(shop, "");
  const standby = await start(...electionFor(shop));
  await shop.furnish({ components, scenarios });
  directTests(shop, script);
  const building = play(shop, script, pauseMs);
  await letPass(random() * 2000);
  process.kill(leader.pid, "SIGSTOP");
  await nextHolder(shop, holder);
  await letPass(1500);
  process.kill(leader.pid, "SIGCONT");
  await building;
  await expectFinalState(shop, script);
  expect({ leaderRuns: leader.isRunning(), standbyRuns: standby.isRunning() }).toEqual({
    leaderRuns: false,
    standbyRuns: true,
  });
});

test("two operators that both believe to lead do nothing twice", { timeout: limitMs }, async (context) => {
  const random = chanceFor(context.task.name);
  const script = writeScript({ components, count: 45, random });
  const { shop, start } = await openApart(context);
  const operators = await Promise.all([start(), start()]);
  await shop.furnish({ components, scenarios });
  directTests(shop, script);
  const releases = await logReleases(shop.client, shop.namespace);
  context.onTestFinished(async () => void (await releases.stop()));
  await play(shop, script, pauseMs / 2);
  await expectFinalState(shop, script);
  const order = script.builds.map(({ component, name }) => image(component, name));
  await expectNoWayBack(shop, await releases.stop(), order);
  expect(operators.map((operator) => operator.isRunning())).toEqual([true, true]);
});

const leaseResource: Resource = {
  group: "coordination.k8s.io",
  version: "v1",
  plural: "leases",
  kind: "Lease",
  namespaced: true,
};

/** Who holds the Lease, once it is somebody else. */
async function nextHolder({ client, namespace }: Shop, before: string): Promise<string> {
  return waitFor(
    `the Lease is held by another than ${JSON.stringify(before)}`,
    async () => {
      const { items } = await client.list<KubeObject & { spec: { holderIdentity?: string } }>(leaseResource, {
        namespace,
      });
      return items[0]?.spec.holderIdentity ?? "";
    },
    (holder) => holder !== "" && holder !== before,
  );
}
