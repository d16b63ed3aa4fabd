import { describe, expect, test } from "vitest";
import { componentOf, groupOf, ofVersion, scenarioOf } from "../support/group-manifests.ts";
import { Kubectl } from "../support/kubectl.ts";
import { kinds, type Shop } from "../support/shop.ts";
import { useOperator } from "../support/shops.ts";
import { fails, passes } from "../support/tekton.ts";
import { conditionOf, type SnapshotView } from "../support/views.ts";
import { waitFor } from "../support/wait.ts";

// The order of tests that a ComponentGroup's testGraph asks for (13.2), as upstream documents it.
const shops = useOperator();

const graph = (edges: Readonly<Record<string, string>>): string =>
  `  testGraph:\n${Object.entries(edges)
    .map(
      ([scenario, parents]) =>
        `    ${scenario}:\n${parents
          .split(" ")
          .map((each) => `      - {name: ${each.replace("!", "")}, failFast: ${String(each.endsWith("!"))}}\n`)
          .join("")}`,
    )
    .join("")}`;

/** A group "shop" with one Component, these scenarios in this order, and a build of it. */
async function begin(shop: Shop, edges: Readonly<Record<string, string>>, scenarios: readonly string[]): Promise<void> {
  const manifests = [componentOf("cart"), ...scenarios, groupOf("shop", "cart@v1", graph(edges))];
  await new Kubectl(shop.namespace).apply(manifests.join(""));
  await waitFor(
    "the group has been looked at",
    async () => conditionOf((await shop.get("ComponentGroup", "shop"))!, "ComponentGroupValid"),
    (condition) => condition !== undefined,
  );
  await shop.build("cart", "cart-1", ofVersion("v1"));
}

const statuses = ({ tests }: SnapshotView): Readonly<Record<string, string>> =>
  Object.fromEntries(Object.entries(tests).map(([name, { status = "" }]) => [name, status]));

async function reaches(shop: Shop, expected: Readonly<Record<string, string>>): Promise<SnapshotView> {
  const { name } = await shop.snapshotOf("cart-1");
  const seen = await waitFor(
    `the scenarios are ${JSON.stringify(expected)}`,
    () => shop.snapshot(name),
    (snapshot) => JSON.stringify(statuses(snapshot!)) === JSON.stringify(expected),
  );
  return seen!;
}

const runsOf = async (shop: Shop): Promise<readonly string[]> =>
  (await shop.testRuns()).map(({ metadata }) => metadata.labels!["test.appstudio.openshift.io/scenario"]!).toSorted();

describe.concurrent("testGraph (13.2)", () => {
  test("a scenario waits as Pending, says for which others, and starts when they have passed", async (context) => {
    const shop = await shops.open(context);
    const gate = shop.tekton.gate();
    shop.tekton.play = ({ scenario }) => passes(scenario === "smoke" ? gate.afterMs : 20);
    await begin(
      shop,
      { soak: "smoke! lint" },
      ["lint", "smoke", "soak"].map((name) => scenarioOf(name, "shop")),
    );
    const waiting = await reaches(shop, { lint: "TestPassed", smoke: "InProgress", soak: "Pending" });
    expect(waiting.tests["soak"]).toMatchObject({ runAfter: ["smoke", "lint"], details: "Pending" });
    expect(waiting.tests["soak"]).not.toHaveProperty("testPipelineRunName");
    expect(await runsOf(shop)).toEqual(["lint", "smoke"]);
    gate.open();
    const { tests } = await shop.outcomeOf("cart-1", "True Promoted");
    expect(tests["soak"]).toMatchObject({ status: "TestPassed", runAfter: ["smoke", "lint"] });
    expect(Date.parse(tests["soak"]!["startTime"]!)).toBeGreaterThanOrEqual(
      Date.parse(tests["smoke"]!["completionTime"]!),
    );
  });

  test("with failFast, a failure fails all that depend on it, and none of them is run", async (context) => {
    const shop = await shops.open(context);
    shop.tekton.play = ({ scenario }) => (scenario === "smoke" ? fails() : passes());
    await begin(
      shop,
      { e2e: "smoke!", soak: "e2e!" },
      ["smoke", "e2e", "soak"].map((name) => scenarioOf(name, "shop")),
    );
    const { tests } = await shop.outcomeOf("cart-1", "False TestsFailed");
    expect(tests).toMatchObject({
      e2e: { status: "TestFail", details: "Cancelled on account of required smoke failing" },
      smoke: { status: "TestFail", details: "Integration test failed" },
      soak: { status: "TestFail", details: "Cancelled on account of required e2e failing" },
    });
    expect(await runsOf(shop)).toEqual(["smoke"]);
  });

  test("without failFast, a failure only has to have ended", async (context) => {
    const shop = await shops.open(context);
    shop.tekton.play = ({ scenario }) => (scenario === "smoke" ? fails() : passes());
    await begin(
      shop,
      { e2e: "smoke" },
      ["smoke", "e2e"].map((name) => scenarioOf(name, "shop")),
    );
    const { tests } = await shop.outcomeOf("cart-1", "False TestsFailed");
    expect(tests).toMatchObject({ smoke: { status: "TestFail" }, e2e: { status: "TestPassed" } });
  });

  test("who does not test the Snapshot is not waited for, and neither is who is not there", async (context) => {
    const shop = await shops.open(context);
    await begin(shop, { e2e: "group-only! nosuch!" }, [
      scenarioOf("group-only", "shop", { contexts: "group" }),
      scenarioOf("e2e", "shop"),
    ]);
    const { tests } = await shop.outcomeOf("cart-1", "True Promoted");
    expect(tests["e2e"]).not.toHaveProperty("runAfter");
    const condition = conditionOf((await shop.get("ComponentGroup", "shop"))!, "ComponentGroupValid");
    expect(condition?.message).toBe(
      "spec.testGraph names scenarios that do not exist in the ComponentGroup and are ignored: nosuch",
    );
  });

  test("scenarios in a circle do not wait for each other, and the ComponentGroup says so", async (context) => {
    const shop = await shops.open(context);
    await begin(
      shop,
      { a: "c!", b: "a!", c: "b!" },
      ["a", "b", "c"].map((name) => scenarioOf(name, "shop")),
    );
    await shop.outcomeOf("cart-1", "True Promoted");
    const condition = conditionOf((await shop.get("ComponentGroup", "shop"))!, "ComponentGroupValid");
    expect([condition?.status, condition?.message]).toEqual([
      "False",
      "spec.testGraph is circular, so these scenarios do not wait for each other: a, b, c",
    ]);
  });

  test("a re-run of what failed takes along what was cancelled on its account, in its order", async (context) => {
    const shop = await shops.open(context);
    shop.tekton.play = ({ scenario }) => (scenario === "smoke" ? fails() : passes());
    await begin(
      shop,
      { e2e: "smoke!" },
      ["smoke", "e2e"].map((name) => scenarioOf(name, "shop")),
    );
    const { name } = await shop.outcomeOf("cart-1", "False TestsFailed");
    shop.tekton.play = () => passes();
    await new Kubectl(shop.namespace).run("label", "snapshot", name, "test.appstudio.openshift.io/run=smoke");
    const { tests } = await shop.snapshotThat(name, "True Promoted");
    expect(tests).toMatchObject({ smoke: { attempt: 2 }, e2e: { status: "TestPassed", attempt: 2 } });
    expect(await runsOf(shop)).toEqual(["e2e", "smoke", "smoke"]);
  });

  test("a re-run is judged although it begins with a scenario that is optional", async (context) => {
    const shop = await shops.open(context);
    shop.tekton.play = ({ scenario }) => (scenario === "e2e" ? fails() : passes());
    await begin(shop, { e2e: "soak" }, [scenarioOf("soak", "shop", { optional: true }), scenarioOf("e2e", "shop")]);
    const { name } = await shop.outcomeOf("cart-1", "False TestsFailed");
    shop.tekton.play = () => passes();
    await new Kubectl(shop.namespace).run("label", "snapshot", name, "test.appstudio.openshift.io/run=all");
    const { tests } = await shop.snapshotThat(name, "True Promoted");
    expect(tests).toMatchObject({ soak: { attempt: 2 }, e2e: { status: "TestPassed", attempt: 2 } });
  });

  test("an optional scenario has its turn although the Snapshot was promoted meanwhile", async (context) => {
    const shop = await shops.open(context);
    const gate = shop.tekton.gate();
    shop.tekton.play = ({ scenario }) => passes(scenario === "soak" ? gate.afterMs : 20);
    await begin(shop, { report: "soak" }, [
      scenarioOf("smoke", "shop"),
      scenarioOf("soak", "shop", { optional: true }),
      scenarioOf("report", "shop", { optional: true }),
    ]);
    await shop.outcomeOf("cart-1", "True Promoted");
    expect(await runsOf(shop)).toEqual(["smoke", "soak"]);
    gate.open();
    await reaches(shop, { report: "TestPassed", smoke: "TestPassed", soak: "TestPassed" });
  });

  test("a scenario that is taken away is not waited for any longer", async (context) => {
    const shop = await shops.open(context);
    const gate = shop.tekton.gate();
    shop.tekton.play = ({ scenario }) => passes(scenario === "smoke" ? gate.afterMs : 20);
    await begin(
      shop,
      { e2e: "smoke!" },
      ["smoke", "e2e"].map((name) => scenarioOf(name, "shop")),
    );
    await reaches(shop, { e2e: "Pending", smoke: "InProgress" });
    await shop.remove(kinds.scenario, "smoke");
    const { tests } = await shop.outcomeOf("cart-1", "True Promoted");
    expect(Object.keys(tests)).toEqual(["e2e"]);
    gate.open();
  });
});
