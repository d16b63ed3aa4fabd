import { describe, expect, test } from "vitest";
import { labels } from "../../src/api/labels.ts";
import { component, overrideSnapshot, scenario } from "./support/manifests.ts";
import { image, kinds } from "./support/shop.ts";
import { useOperator } from "./support/shops.ts";
import { fails, passes } from "./support/tekton.ts";
import { letPass, waitFor } from "./support/wait.ts";

const shops = useOperator();

describe.concurrent("one build at a time", () => {
  test("a build that passes its tests is promoted as it was tested, without a second phase", async (context) => {
    const shop = await shops.open(context);
    await shop.applySamples();
    await shop.build("frontend", "frontend-1");
    const snapshot = await shop.outcomeOf("frontend-1", "True Promoted");
    const list = await shop.quiet();
    expect(snapshot).toMatchObject({ type: "component", images: { frontend: image("frontend", "frontend-1") } });
    expect(list).toMatchObject({ revision: 1, promoted: { snapshot: snapshot.name, revision: 1 } });
    expect(list.promoted.images).toEqual(snapshot.images);
    expect(await shop.releases()).toMatchObject([{ snapshot: snapshot.name, plan: "production", automated: true }]);
    expect(await shop.snapshots()).toHaveLength(1);
  });

  test("the next build is tested together with the candidates of all other Components", async (context) => {
    const shop = await shops.open(context);
    await shop.applySamples();
    for (const name of ["frontend", "backend", "database"]) {
      await shop.build(name, `${name}-1`);
      await shop.outcomeOf(`${name}-1`, "True Promoted");
    }
    const expected = Object.fromEntries(
      ["backend", "database", "frontend"].map((name) => [name, image(name, `${name}-1`)]),
    );
    expect((await shop.snapshotOf("database-1")).images).toEqual(expected);
    expect((await shop.quiet()).promoted.images).toEqual(expected);
    expect(await shop.releases()).toHaveLength(3);
  });

  test("an optional scenario that fails does not hold up the promotion", async (context) => {
    const shop = await shops.open(context);
    await shop.applySamples();
    shop.tekton.play = ({ scenario: name }) => (name === "performance" ? fails() : passes());
    await shop.build("frontend", "frontend-1");
    const { name } = await shop.outcomeOf("frontend-1", "True Promoted");
    const tests = await waitFor(
      "the optional scenario is recorded",
      async () => (await shop.snapshot(name))!.tests,
      (seen) => seen["performance"]?.["status"] === "TestFail",
    );
    expect(tests).toMatchObject({ smoke: { status: "TestPassed" }, "end-to-end": { status: "TestPassed" } });
  });

  test("a required scenario that fails keeps the build out, and the Snapshot says which one and which run", async (context) => {
    const shop = await shops.open(context);
    await shop.applySamples();
    shop.tekton.play = ({ scenario: name }) => (name === "smoke" ? fails() : passes());
    await shop.build("frontend", "frontend-1");
    const snapshot = await shop.outcomeOf("frontend-1", "False TestsFailed");
    expect(snapshot.message).toBe(
      `Required scenarios did not pass: smoke (${snapshot.tests["smoke"]!["testPipelineRunName"]!}): Integration test failed`,
    );
    await shop.concluded();
    expect(await shop.candidateList()).toBeUndefined();
    expect(await shop.releases()).toEqual([]);
  });

  test("a warning counts as passed and is told as a warning", async (context) => {
    const shop = await shops.open(context);
    await shop.furnish({ scenarios: ["smoke"] });
    shop.tekton.play = () => ({ result: "WARNING", afterMs: 20 });
    await shop.build("frontend", "frontend-1");
    const { tests } = await shop.outcomeOf("frontend-1", "True Promoted");
    expect(tests["smoke"]).toMatchObject({ status: "TestWarning", details: "Integration test passed with warnings" });
  });

  test("with no scenario at all a build is promoted untested, and says so", async (context) => {
    const shop = await shops.open(context);
    await shop.furnish({ scenarios: [] });
    await shop.build("frontend", "frontend-1");
    const { raw } = await shop.outcomeOf("frontend-1", "True Promoted");
    expect(raw.status?.conditions).toContainEqual(
      expect.objectContaining({
        type: "AppStudioTestSucceeded",
        status: "True",
        message: "No required IntegrationTestScenarios found, skipped testing",
      }),
    );
    expect(await shop.testRuns()).toEqual([]);
    expect(await shop.releases()).toHaveLength(1);
  });
});

describe.concurrent("two builds of two Components at once", () => {
  test("the second to pass is superseded by a composite, which is tested and promoted", async (context) => {
    const shop = await shops.open(context);
    await shop.furnish();
    const [first, second, both] = [shop.tekton.gate(), shop.tekton.gate(), shop.tekton.gate()];
    shop.tekton.play = ({ images }) => {
      if (images.size === 2) return passes(both.afterMs);
      return passes(images.has("frontend") ? first.afterMs : second.afterMs);
    };
    await Promise.all([shop.build("frontend", "frontend-1"), shop.build("backend", "backend-1")]);

    // Two component phases in parallel, each with one of the two images.
    const [frontend, backend] = [await shop.snapshotOf("frontend-1"), await shop.snapshotOf("backend-1")];
    expect([frontend.images, backend.images]).toEqual([
      { frontend: image("frontend", "frontend-1") },
      { backend: image("backend", "backend-1") },
    ]);
    expect(await shop.candidateList()).toBeUndefined();

    // The first finds the list as it was, and is promoted.
    first.open();
    await shop.outcomeOf("frontend-1", "True Promoted");
    expect(await shop.candidateList()).toMatchObject({ revision: 1, candidates: frontend.images });

    // The second finds it changed: its image becomes candidate, and a composite is tested.
    second.open();
    const superseded = await shop.outcomeOf("backend-1", "False SupersededByComposite");
    expect(superseded.message).toContain("Not tested with: frontend");
    expect(superseded.message).toContain("shop-composite-2");
    expect(superseded.raw.status).toMatchObject({ candidateList: { revision: 2, composite: "shop-composite-2" } });
    const images = { backend: image("backend", "backend-1"), frontend: image("frontend", "frontend-1") };
    expect((await shop.snapshot("shop-composite-2"))!).toMatchObject({ type: "composite", images });
    expect((await shop.candidateList())!.promoted.snapshot).toBe(frontend.name);

    // The composite passes in full and is promoted.
    both.open();
    await shop.composite(2, "True Promoted");
    const list = await shop.quiet();
    expect(list).toMatchObject({ revision: 2, promoted: { snapshot: "shop-composite-2", revision: 2, images } });
    expect((await shop.testRuns()).length).toBe(6);
    expect((await shop.releases()).map(({ snapshot }) => snapshot).toSorted()).toEqual(
      [frontend.name, "shop-composite-2"].toSorted(),
    );
  });

  test("a composite that fails promotes nothing and names its suspects, and the next build recovers", async (context) => {
    const shop = await shops.open(context);
    await shop.furnish({ components: ["frontend", "backend"], scenarios: ["smoke"] });
    const slow = shop.tekton.gate();
    const broken = image("backend", "backend-1");
    shop.tekton.play = ({ images }) => {
      if (images.get("backend") === broken) return images.size === 2 ? fails() : passes(slow.afterMs);
      return passes();
    };
    await shop.build("backend", "backend-1");
    await shop.snapshotOf("backend-1");
    await shop.build("frontend", "frontend-1");
    await shop.outcomeOf("frontend-1", "True Promoted");
    slow.open();
    const composite = await shop.composite(2, "False TestsFailed");
    expect(composite.message).toMatch(/Never promoted together before: backend$/);
    expect((await shop.candidateList())!.promoted.images).toEqual({ frontend: image("frontend", "frontend-1") });

    await shop.build("backend", "backend-2");
    await shop.outcomeOf("backend-2", "True Promoted");
    expect((await shop.quiet()).promoted.images).toEqual({
      backend: image("backend", "backend-2"),
      frontend: image("frontend", "frontend-1"),
    });
  });

  test("while a composite is in testing the next one waits, and then holds everything that came meanwhile", async (context) => {
    const shop = await shops.open(context);
    const composites = await raceOfFour(shop);
    expect(composites).toEqual(["shop-composite-2", "shop-composite-4"]);
  });

  test("an Application that asks for it gets each composite at once", async (context) => {
    const shop = await shops.open(context);
    const composites = await raceOfFour(shop, { "test.appstudio.openshift.io/composite-mode": "immediate" });
    expect(composites).toEqual(["shop-composite-2", "shop-composite-3", "shop-composite-4"]);
  });
});

/** Four builds start at once and pass one by one while the first composite is held in testing; returns all composites. */
async function raceOfFour(
  shop: Awaited<ReturnType<typeof shops.open>>,
  annotations: Readonly<Record<string, string>> = {},
): Promise<readonly string[]> {
  const names = ["a", "b", "c", "d"];
  await shop.furnish({ components: names, scenarios: ["smoke"] });
  await shop.patch(kinds.application, "shop", { metadata: { annotations } });
  const gates = new Map(names.map((name) => [name, shop.tekton.gate()]));
  const composites = shop.tekton.gate();
  shop.tekton.play = ({ images }) =>
    passes(images.size > 1 ? composites.afterMs : gates.get([...images.keys()][0]!)!.afterMs);
  await Promise.all(names.map((name) => shop.build(name, `${name}-1`)));
  await Promise.all(names.map((name) => shop.snapshotOf(`${name}-1`)));
  for (const name of names) {
    gates.get(name)!.open();
    await shop.outcomeOf(`${name}-1`, name === "a" ? "True Promoted" : "False SupersededByComposite");
  }
  composites.open();
  const list = await shop.quiet();
  expect(list.promoted.images).toEqual(Object.fromEntries(names.map((name) => [name, image(name, `${name}-1`)])));
  const snapshots = await shop.snapshots();
  return snapshots
    .filter(({ type }) => type === "composite")
    .map(({ name }) => name)
    .toSorted();
}

describe.concurrent("Snapshots that are no push's", () => {
  test("a pull request is tested with the candidates, never promoted and never in the candidate list", async (context) => {
    const shop = await shops.open(context);
    await shop.furnish();
    await shop.build("backend", "backend-1");
    const { name: promoted } = await shop.outcomeOf("backend-1", "True Promoted");
    await shop.build("frontend", "frontend-pr", {
      labels: {
        "pipelinesascode.tekton.dev/event-type": "pull_request",
        "pipelinesascode.tekton.dev/pull-request": "7",
      },
    });
    const snapshot = await shop.outcomeOf("frontend-pr", "False PullRequest");
    expect(snapshot.images).toEqual({
      backend: image("backend", "backend-1"),
      frontend: image("frontend", "frontend-pr"),
    });
    expect(snapshot.tests).toMatchObject({ smoke: { status: "TestPassed" }, "end-to-end": { status: "TestPassed" } });
    expect(await shop.quiet()).toMatchObject({
      revision: 1,
      candidates: { backend: image("backend", "backend-1") },
      promoted: { snapshot: promoted },
    });
    expect(await shop.releases()).toHaveLength(1);
  });

  test("an override Snapshot makes each of its images candidate and is promoted", async (context) => {
    const shop = await shops.open(context);
    await shop.furnish();
    await shop.build("frontend", "frontend-1");
    await shop.outcomeOf("frontend-1", "True Promoted");
    const images = { backend: image("backend", "by-hand"), frontend: image("frontend", "by-hand") };
    await shop.create(overrideSnapshot("by-hand", "shop", images));
    await shop.snapshotThat("by-hand", "True Promoted");
    expect(await shop.quiet()).toMatchObject({ candidates: images, promoted: { snapshot: "by-hand", images } });
    expect((await shop.releases()).map(({ snapshot }) => snapshot)).toContain("by-hand");
  });

  test("an invalid override Snapshot changes nothing, is not tested, and says everything that is wrong with it", async (context) => {
    const shop = await shops.open(context);
    await shop.furnish();
    await shop.create(
      overrideSnapshot("wrong", "shop", {
        frontend: "registry.example/shop/frontend:latest",
        nobody: image("nobody", "1"),
      }),
    );
    const { message, tests } = await shop.snapshotThat("wrong", "False OverrideInvalid");
    expect(message).toContain("containerImage of component frontend is invalid: it has no @sha256: digest");
    expect(message).toContain("component nobody does not exist in the Application");
    expect(tests).toEqual({});
    expect(await shop.testRuns()).toEqual([]);
    expect(await shop.candidateList()).toBeUndefined();
  });
});

describe.concurrent("Components come and go", () => {
  test("a removed Component leaves the candidate list, and what is left is tested and promoted", async (context) => {
    const shop = await shops.open(context);
    await shop.furnish();
    for (const name of ["frontend", "backend"]) {
      await shop.build(name, `${name}-1`);
      await shop.outcomeOf(`${name}-1`, "True Promoted");
    }
    await shop.remove(kinds.component, "backend");
    const images = { frontend: image("frontend", "frontend-1") };
    await shop.composite(3, "True Promoted");
    expect(await shop.quiet()).toMatchObject({ revision: 3, candidates: images, promoted: { images } });
  });

  test("an added Component changes nothing until it has a build", async (context) => {
    const shop = await shops.open(context);
    await shop.furnish({ components: ["frontend"] });
    await shop.build("frontend", "frontend-1");
    await shop.outcomeOf("frontend-1", "True Promoted");
    await shop.create(component("backend", "shop"));
    await letPass(500);
    expect(await shop.quiet()).toMatchObject({ revision: 1 });
    expect(await shop.snapshots()).toHaveLength(1);
    await shop.build("frontend", "frontend-2");
    const { raw } = await shop.outcomeOf("frontend-2", "True Promoted");
    expect(raw.metadata.annotations?.["test.appstudio.openshift.io/create-snapshot-status"]).toBe(
      "Component(s) 'backend' is(are) not included in snapshot due to missing valid containerImage or git source",
    );
    await shop.build("backend", "backend-1");
    await shop.outcomeOf("backend-1", "True Promoted");
  });
});

describe.concurrent("a re-run", () => {
  test("of one scenario starts its second attempt, takes the label away, and promotes what now passes", async (context) => {
    const shop = await shops.open(context);
    await shop.furnish();
    shop.tekton.play = ({ scenario: name }) => (name === "smoke" ? fails() : passes());
    await shop.build("frontend", "frontend-1");
    const failed = await shop.outcomeOf("frontend-1", "False TestsFailed");
    shop.tekton.play = () => passes();
    await shop.patch(kinds.snapshot, failed.name, { metadata: { labels: { [labels.run]: "smoke" } } });
    const passed = await shop.snapshotThat(failed.name, "True Promoted");
    await shop.quiet();
    expect(passed.raw.metadata.labels).not.toHaveProperty([labels.run]);
    expect(passed.tests).toMatchObject({ smoke: { attempt: 2, status: "TestPassed" }, "end-to-end": { attempt: 1 } });
    expect(passed.tests["smoke"]!["testPipelineRunName"]).not.toBe(failed.tests["smoke"]!["testPipelineRunName"]);
    expect(await shop.testRuns()).toHaveLength(3);
    expect(await shop.releases()).toHaveLength(1);
  });

  test("of all scenarios starts each of them again and never releases twice", async (context) => {
    const shop = await shops.open(context);
    await shop.applySamples();
    await shop.build("frontend", "frontend-1");
    const { name } = await shop.outcomeOf("frontend-1", "True Promoted");
    await shop.concluded();
    await shop.patch(kinds.snapshot, name, { metadata: { labels: { [labels.run]: "all" } } });
    const again = await waitFor(
      "all second attempts have passed",
      () => shop.snapshot(name),
      (seen) =>
        Object.values(seen!.tests).every((test) => Number(test["attempt"]) === 2 && test["status"] === "TestPassed"),
    );
    const finished = await waitFor(
      "the Snapshot says that testing is over",
      () => shop.snapshot(name),
      (seen) => seen!.raw.status!.conditions!.every(({ status }) => status === "True"),
    );
    expect(again!.raw.metadata.labels).not.toHaveProperty([labels.run]);
    expect(finished!.promoted).toBe("True Promoted");
    expect(await shop.testRuns()).toHaveLength(6);
    expect(await shop.releases()).toHaveLength(1);
  });

  test("of a scenario that does not exist only takes the label away", async (context) => {
    const shop = await shops.open(context);
    await shop.furnish();
    await shop.build("frontend", "frontend-1");
    const { name } = await shop.outcomeOf("frontend-1", "True Promoted");
    await shop.patch(kinds.snapshot, name, { metadata: { labels: { [labels.run]: "nothing-like-it" } } });
    await waitFor(
      "the label is gone",
      () => shop.snapshot(name),
      (seen) => seen!.raw.metadata.labels![labels.run] === undefined,
    );
    expect(await shop.testRuns()).toHaveLength(2);
  });

  test("of a scenario that came later tests a Snapshot that is already concluded", async (context) => {
    const shop = await shops.open(context);
    await shop.furnish();
    await shop.build("frontend", "frontend-1");
    const { name } = await shop.outcomeOf("frontend-1", "True Promoted");
    await shop.create(scenario("late", "shop"));
    await shop.scenariosValid(3);
    await shop.patch(kinds.snapshot, name, { metadata: { labels: { [labels.run]: "late" } } });
    await waitFor(
      "the late scenario passed",
      () => shop.snapshot(name),
      (seen) => seen!.tests["late"]?.["status"] === "TestPassed",
    );
    expect(await shop.testRuns()).toHaveLength(3);
  });
});
