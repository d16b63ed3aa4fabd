import { expect, test } from "vitest";
import { expectOnceEach } from "./support/history.ts";
import { freePort } from "./support/operator-process.ts";
import { openApart } from "./support/shops.ts";
import { passes } from "./support/tekton.ts";
import { waitFor } from "./support/wait.ts";

const components = ["frontend", "backend", "database"];
const limited = ["--max-running-tests-per-namespace", "2"];
const waits = "Waiting for a free place: at most 2 test pipelines run at a time in this namespace";

test("a namespace runs no more tests than it may; the others say that they wait, and go on as places become free", async (context) => {
  const { shop, start } = await openApart(context);
  const metrics = `127.0.0.1:${String(await freePort())}`;
  let operator = await start(...limited, "--metrics-bind-address", metrics);
  await shop.furnish({ components });
  const held = shop.tekton.gate();
  shop.tekton.play = () => passes(held.afterMs);
  for (const component of components) {
    await shop.build(component, `${component}-1`);
    await shop.snapshotOf(`${component}-1`);
  }
  const full = await waitFor(
    "what may not run yet says so",
    async () => {
      const snapshots = await shop.snapshots();
      return snapshots.flatMap(({ tests }) => Object.values(tests).map(({ status, details }) => [status, details]));
    },
    (entries) => entries.filter(([, details]) => details === waits).length === 4,
  );
  expect(full.filter(([status]) => status === "Pending")).toHaveLength(4);
  expect(await shop.testRuns()).toHaveLength(2);
  const page = await (await fetch(`http://${metrics}/metrics`)).text();
  expect(page).toContain(`integration_svc_tests_running{namespace="${shop.namespace}"} 2`);
  expect(page).toContain(`integration_svc_tests_waiting{namespace="${shop.namespace}"} 4`);
  expect(page).toMatch(
    new RegExp(`^integration_svc_tests_waiting_seconds\\{namespace="${shop.namespace}"\\} [\\d.]+$`, "m"),
  );

  // Who waits is known to whoever comes next, from what is in the cluster alone.
  await operator.kill();
  operator = await start(...limited);
  held.open();
  let most = 0;
  shop.tekton.play = () => passes(60);
  await waitFor(
    "every build has its outcome",
    async () => {
      const runs = await shop.testRuns();
      most = Math.max(most, runs.filter(({ status }) => status?.completionTime === undefined).length);
      return shop.snapshots();
    },
    (snapshots) =>
      snapshots.length >= components.length && snapshots.every(({ promoted }) => /^(True|False)/.test(promoted)),
  );
  const list = await shop.quiet();
  expect(Object.keys(list.promoted.images)).toEqual(components.toSorted());
  await expectOnceEach(shop);
  expect(most).toBeLessThanOrEqual(2);
  expect(operator.isRunning()).toBe(true);
});
