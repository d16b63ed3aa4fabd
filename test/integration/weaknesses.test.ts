import { createHash } from "node:crypto";
import { describe, expect, inject, test } from "vitest";
import { annotations, labels } from "../../src/api/labels.ts";
import { configMapResource } from "../../src/cache/candidate-list.ts";
import type { KubeObject } from "../../src/kube/object.ts";
import { writesOf } from "./support/audit-log.ts";
import { expectOnceEach } from "./support/history.ts";
import { application, component, releasePlan, scenario } from "./support/manifests.ts";
import { image, kinds, type Shop } from "./support/shop.ts";
import { openApart, useOperator } from "./support/shops.ts";
import { fails, passes } from "./support/tekton.ts";
import { letPass, waitFor } from "./support/wait.ts";

// What the composite phase of July 2024 got wrong (W1–W21), each as a test that it does not happen here. Crashes between two
// writes are not hit by chance: the operator is stopped, the second write is undone by hand, and a new operator starts.

const shops = useOperator();
/** Creation times have whole seconds: the next build is surely a newer one. */
const aSecondMs = 1100;

const byType = async (shop: Shop, type: string): Promise<readonly string[]> =>
  (await shop.snapshots()).filter((snapshot) => snapshot.type === type).map(({ name }) => name);

describe.concurrent("order", () => {
  test("W1: a slow older build does not bring an old image back", async (context) => {
    const shop = await shops.open(context);
    await shop.furnish({ scenarios: ["smoke"] });
    await shop.startBuild("frontend", "slow");
    await letPass(aSecondMs);
    await shop.build("frontend", "quick");
    await shop.outcomeOf("quick", "True Promoted");
    await shop.finishBuild("frontend", "slow");
    await shop.outcomeOf("slow", "False NewerBuildIsCandidate");
    expect((await shop.quiet()).promoted.images).toEqual({ frontend: image("frontend", "quick") });
  });

  test("W2: a composite does not hold an image that a newer build of its Component has replaced", async (context) => {
    const shop = await shops.open(context);
    await shop.furnish({ scenarios: ["smoke"] });
    const held = shop.tekton.gate();
    const stale = image("frontend", "a1");
    shop.tekton.play = ({ images }) => passes(images.get("frontend") === stale ? held.afterMs : 20);
    await shop.build("frontend", "a1");
    await shop.snapshotOf("a1");
    await letPass(aSecondMs);
    await shop.build("frontend", "a2");
    await shop.outcomeOf("a2", "True Promoted");
    await shop.build("backend", "b1");
    await shop.outcomeOf("b1", "True Promoted");
    held.open();
    await shop.outcomeOf("a1", "False NewerBuildIsCandidate");
    expect(await byType(shop, "composite")).toEqual([]);
    expect((await shop.quiet()).promoted.images["frontend"]).toBe(image("frontend", "a2"));
  });

  test("W3: an older composite that passes late is not released after a newer one", async (context) => {
    const shop = await shops.open(context);
    const { composites, gates } = await twoCompositesInTesting(shop);
    gates.get(composites[1])!.open();
    await shop.snapshotThat(composites[1], "True Promoted");
    gates.get(composites[0])!.open();
    const { message } = await shop.snapshotThat(composites[0], "False NewerPromoted");
    expect(message).toContain(`Snapshot ${composites[1]} was promoted at revision 3 meanwhile`);
    expect((await shop.releases()).map(({ snapshot }) => snapshot)).not.toContain(composites[0]);
    expect(await shop.quiet()).toMatchObject({ promoted: { snapshot: composites[1] } });
  });

  test("W4: what becomes candidate while a composite is tested is not forgotten", async (context) => {
    const shop = await shops.open(context);
    await shop.furnish({ components: ["a", "b", "c"], scenarios: ["smoke"] });
    const [b, composite] = [shop.tekton.gate(), shop.tekton.gate()];
    shop.tekton.play = ({ images, snapshot }) => {
      if (snapshot === "shop-composite-2") return passes(composite.afterMs);
      return passes(images.size === 1 && images.has("b") ? b.afterMs : 20);
    };
    await shop.build("b", "b1");
    await shop.snapshotOf("b1");
    await shop.build("a", "a1");
    await shop.outcomeOf("a1", "True Promoted");
    b.open();
    await shop.outcomeOf("b1", "False SupersededByComposite");
    await shop.build("c", "c1");
    await waitFor(
      "c1 is candidate",
      () => shop.candidateList(),
      (list) => list?.candidates["c"] !== undefined,
    );
    composite.open();
    const list = await shop.quiet();
    expect(list.promoted.images).toEqual({ a: image("a", "a1"), b: image("b", "b1"), c: image("c", "c1") });
  });
});

/** Two composites under test at once: what an Application gets that asks for each of them immediately. */
async function twoCompositesInTesting(shop: Shop): Promise<{
  readonly composites: readonly [string, string];
  readonly gates: ReadonlyMap<string, { open(): void }>;
}> {
  const composites = ["shop-composite-2", "shop-composite-3"] as const;
  await shop.furnish({ components: ["a", "b", "c"], scenarios: ["smoke"] });
  const immediate = { "test.appstudio.openshift.io/composite-mode": "immediate" };
  await shop.patch(kinds.application, "shop", { metadata: { annotations: immediate } });
  const gates = new Map([...composites, "a", "b", "c"].map((name) => [name as string, shop.tekton.gate()]));
  shop.tekton.play = ({ images, snapshot }) =>
    passes((gates.get(snapshot) ?? gates.get([...images.keys()][0]!)!).afterMs);
  await Promise.all(["a", "b", "c"].map((name) => shop.build(name, `${name}1`)));
  for (const name of ["a1", "b1", "c1"]) await shop.snapshotOf(name);
  gates.get("a")!.open();
  await shop.outcomeOf("a1", "True Promoted");
  for (const name of ["b", "c"]) {
    gates.get(name)!.open();
    await shop.outcomeOf(`${name}1`, "False SupersededByComposite");
  }
  for (const name of composites) await shop.snapshotThat(name, "Unknown TestsRunning");
  return { composites, gates };
}

describe.concurrent("composites", () => {
  test("W5: differences in a Component's source do not make two composites of the same images", async (context) => {
    const shop = await shops.open(context);
    const source = { git: { url: "https://git.example/mono.git", context: "web", dockerfileUrl: "Containerfile" } };
    await shop.create(
      application("shop"),
      ...["a", "b", "c"].map((name) => component(name, "shop", { source })),
      scenario("smoke", "shop"),
      releasePlan("production", "shop"),
    );
    await shop.scenariosValid(1);
    const held = shop.tekton.gate();
    shop.tekton.play = ({ images }) => passes(images.size === 1 ? held.afterMs : 20);
    await Promise.all(["a", "b", "c"].map((name) => shop.build(name, `${name}1`)));
    for (const name of ["a1", "b1", "c1"]) await shop.snapshotOf(name);
    held.open();
    await shop.quiet();
    await expectOnceEach(shop);
    expect((await byType(shop, "composite")).length).toBeLessThanOrEqual(2);
  });

  test("W6: conclusions in quick succession do not make a composite twice", async (context) => {
    const shop = await shops.open(context);
    const names = ["a", "b", "c", "d", "e", "f"];
    await shop.furnish({ components: names, scenarios: ["smoke"] });
    const held = shop.tekton.gate();
    shop.tekton.play = ({ images }) => passes(images.size === 1 ? held.afterMs : 20);
    await Promise.all(names.map((name) => shop.build(name, `${name}1`)));
    for (const name of names) await shop.snapshotOf(`${name}1`);
    held.open();
    const { promoted } = await shop.quiet();
    expect(Object.keys(promoted.images)).toEqual(names);
    await expectOnceEach(shop);
    const revisions = (await shop.snapshots())
      .filter(({ type }) => type === "composite")
      .map(({ raw }) => raw.metadata.annotations![annotations.candidateListRevision]);
    expect(new Set(revisions).size).toBe(revisions.length);
  });

  test("W7: an optional test that ends late, or a re-run, does not evaluate a Snapshot again", async (context) => {
    const shop = await shops.open(context);
    await shop.applySamples();
    const late = shop.tekton.gate();
    shop.tekton.play = ({ scenario: name }) => (name === "performance" ? fails(late.afterMs) : passes());
    await shop.build("frontend", "frontend-1");
    const first = await shop.outcomeOf("frontend-1", "True Promoted");
    await shop.build("backend", "backend-1");
    const second = await shop.outcomeOf("backend-1", "True Promoted");
    late.open();
    await shop.concluded();
    // A re-run that fails, of a Snapshot that the candidate list has left behind.
    shop.tekton.play = () => fails();
    await shop.patch(kinds.snapshot, first.name, { metadata: { labels: { [labels.run]: "all" } } });
    await waitFor(
      "the re-run has failed",
      () => shop.snapshot(first.name),
      (seen) => seen!.raw.status!.conditions!.some(({ reason }) => reason === "Failed"),
    );
    expect((await shop.snapshot(first.name))!.promoted).toBe("True Promoted");
    expect(await shop.quiet()).toMatchObject({ revision: 2, promoted: { snapshot: second.name } });
    expect(await shop.snapshots()).toHaveLength(2);
    expect(await shop.releases()).toHaveLength(2);
  });

  test("W8: a Snapshot that failed or was released long ago does not stand in for testing its images anew", async (context) => {
    const shop = await shops.open(context);
    await shop.furnish({ scenarios: ["smoke"] });
    const back = { results: { IMAGE_DIGEST: image("frontend", "frontend-1").split("@")[1]! } };
    await shop.build("frontend", "frontend-1");
    await shop.outcomeOf("frontend-1", "True Promoted");
    await letPass(aSecondMs);
    await shop.build("frontend", "frontend-2");
    await shop.outcomeOf("frontend-2", "True Promoted");
    await letPass(aSecondMs);
    // A build that makes the first image again: it is tested and released again.
    await shop.build("frontend", "frontend-3", back);
    const { name, tests } = await shop.outcomeOf("frontend-3", "True Promoted");
    expect(tests["smoke"]).toMatchObject({ status: "TestPassed" });
    expect(await shop.quiet()).toMatchObject({ revision: 3, promoted: { snapshot: name } });
    expect(await shop.releases()).toHaveLength(3);
  });
});

describe.concurrent("crashes", () => {
  test("W9: a test that ends while the operator is away does not leave its Snapshot open or its run held", async (context) => {
    const { shop, start } = await openApart(context);
    const operator = await start();
    await shop.furnish({ scenarios: ["smoke"] });
    const held = shop.tekton.gate();
    shop.tekton.play = () => passes(held.afterMs);
    await shop.build("frontend", "frontend-1");
    const { name } = await shop.snapshotOf("frontend-1");
    await waitFor(
      "the test runs",
      () => shop.testRuns(),
      (runs) => runs.length === 1,
    );
    await operator.kill();
    held.open();
    await waitFor(
      "the test has ended",
      () => shop.testRuns(),
      (runs) => runs.length === 1 && runs[0]!.status?.completionTime !== undefined,
    );
    await start();
    await shop.snapshotThat(name, "True Promoted");
    expect(await shop.quiet()).toMatchObject({ revision: 1, promoted: { snapshot: name } });
  });

  test("W12: a crash after test runs were made but not noted does not start them twice", async (context) => {
    const { shop, start } = await openApart(context);
    const operator = await start();
    await shop.furnish();
    const held = shop.tekton.gate();
    shop.tekton.play = () => passes(held.afterMs);
    await shop.build("frontend", "frontend-1");
    const { name } = await shop.snapshotOf("frontend-1");
    await waitFor(
      "both runs exist",
      () => shop.testRuns(),
      (runs) => runs.length === 2,
    );
    await operator.kill();
    await shop.patch(kinds.snapshot, name, { metadata: { annotations: { [annotations.testStatus]: null } } });
    await start();
    await waitFor(
      "the runs are noted again",
      () => shop.snapshot(name),
      (seen) => Object.keys(seen!.tests).length === 2,
    );
    held.open();
    await shop.snapshotThat(name, "True Promoted");
    expect(await shop.testRuns()).toHaveLength(2);
  });

  test("W13: a crash between a Snapshot and the note of it on its build does not make a second Snapshot", async (context) => {
    const { shop, start } = await openApart(context);
    const operator = await start();
    await shop.furnish({ scenarios: ["smoke"] });
    await shop.build("frontend", "frontend-1");
    const { name } = await shop.outcomeOf("frontend-1", "True Promoted");
    await operator.kill();
    const forgotten = { [annotations.snapshot]: null, [annotations.createSnapshotStatus]: null };
    await shop.patch(kinds.pipelineRun, "frontend-1", { metadata: { annotations: forgotten } });
    await start();
    expect((await shop.snapshotOf("frontend-1")).name).toBe(name);
    expect(await shop.snapshots()).toHaveLength(1);
    expect(await shop.testRuns()).toHaveLength(1);
  });

  test("W15: a crash between a Release and its status does not leave it looking like a person's", async (context) => {
    const { shop, start } = await openApart(context);
    const operator = await start();
    await shop.furnish({ scenarios: ["smoke"] });
    await shop.build("frontend", "frontend-1");
    const { name, raw } = await shop.outcomeOf("frontend-1", "True Promoted");
    await shop.quiet();
    await operator.kill();
    const [release] = await shop.releases();
    await shop.patchStatus(kinds.release, release!.name, { automated: null });
    const untold = raw.status!.conditions!.filter(({ type }) => type.startsWith("AppStudioIntegration"));
    await shop.patchStatus(kinds.snapshot, name, {
      conditions: untold.map((condition) => ({ ...condition, status: "Unknown", reason: "InProgress" })),
    });
    await start();
    await shop.snapshotThat(name, "True Promoted");
    expect(await shop.releases()).toMatchObject([{ name: release!.name, automated: true }]);
  });
});

describe.concurrent("writes", () => {
  test("W10: tests that end at the same moment do not undo each other's entries", async (context) => {
    const shop = await shops.open(context);
    const scenarios = Array.from({ length: 12 }, (_, index) => `scenario-${String(index)}`);
    await shop.furnish({ scenarios });
    const held = shop.tekton.gate();
    shop.tekton.play = () => passes(held.afterMs);
    await shop.build("frontend", "frontend-1");
    await waitFor(
      "all runs exist",
      () => shop.testRuns(),
      (runs) => runs.length === 12,
    );
    held.open();
    const { tests } = await shop.outcomeOf("frontend-1", "True Promoted");
    expect(Object.values(tests).filter(({ status }) => status === "TestPassed")).toHaveLength(12);
  });

  test("W11: conditions and finalizers that others set are not lost", async (context) => {
    const shop = await shops.open(context);
    await shop.furnish({ scenarios: ["smoke"] });
    const held = shop.tekton.gate();
    shop.tekton.play = () => passes(held.afterMs);
    await shop.build("frontend", "frontend-1");
    const { name } = await shop.snapshotOf("frontend-1");
    const { raw, tests } = await shop.snapshotThat(name, "Unknown TestsRunning");
    const foreign = {
      type: "Scanned",
      status: "True",
      reason: "Clean",
      message: "by somebody else",
      lastTransitionTime: "2026-01-01T00:00:00Z",
    };
    await shop.patchStatus(kinds.snapshot, name, { conditions: [...raw.status!.conditions!, foreign] });
    const run = tests["smoke"]!["testPipelineRunName"]!;
    const finalizers = ["somebody.example/keeps-it", "test.appstudio.openshift.io/pipelinerun"];
    await shop.patch(kinds.pipelineRun, run, { metadata: { finalizers } });
    held.open();
    const promoted = await shop.snapshotThat(name, "True Promoted");
    expect(promoted.raw.status!.conditions).toContainEqual(foreign);
    const released = await waitFor(
      "our finalizer is gone",
      () => shop.get("PipelineRun", run),
      (seen) => seen!.metadata.finalizers?.length === 1,
    );
    expect(released!.metadata.finalizers).toEqual(["somebody.example/keeps-it"]);
    await shop.patch(kinds.pipelineRun, run, { metadata: { finalizers: null } });
  });

  test("W14: at no moment does the candidate list hold an image with another build's commit", async (context) => {
    const shop = await shops.open(context);
    await shop.furnish({ components: ["frontend"], scenarios: ["smoke"] });
    const stopped = new AbortController();
    const seen: string[] = [];
    const query = { namespace: shop.namespace, resourceVersion: "0", timeoutSeconds: 300 };
    const lines = await shop.client.watch(configMapResource, query, stopped.signal);
    const reading = (async () => {
      for await (const line of lines) {
        const entry =
          line.kind === "event" ? (line.object as KubeObject & { data?: Record<string, string> }).data : undefined;
        if (entry?.["frontend"] !== undefined) seen.push(entry["frontend"]);
      }
    })().catch((error: unknown) => {
      if (!stopped.signal.aborted) throw error;
    });
    for (const name of ["one", "three", "two"]) {
      await shop.build("frontend", name);
      await shop.snapshotOf(name);
    }
    await shop.quiet();
    stopped.abort();
    await reading;
    const commits = new Map(
      ["one", "three", "two"].map((name) => [image("frontend", name), createHash("sha1").update(name).digest("hex")]),
    );
    expect(seen.length).toBeGreaterThan(0);
    for (const text of seen) {
      const entry = JSON.parse(text) as { image: string; git: { revision: string } };
      expect(entry.git.revision).toBe(commits.get(entry.image));
    }
  });

  test("W21: one build does not cost a write for each condition, nor one that changes nothing", async (context) => {
    const shop = await shops.open(context);
    await shop.furnish();
    await shop.build("frontend", "frontend-1");
    await shop.outcomeOf("frontend-1", "True Promoted");
    await shop.quiet();
    const writes = await writesOf(inject("auditLog"), shop.namespace);
    expect(writes.filter((write) => write === "patch snapshots/status").length).toBeLessThanOrEqual(2);
    expect(writes.filter((write) => write.includes("components"))).toEqual([]);
  });
});

describe.concurrent("conclusions", () => {
  test("W16: without scenarios a promotion does not leave out what became candidate meanwhile", async (context) => {
    const shop = await shops.open(context);
    const names = ["a", "b", "c", "d"];
    await shop.furnish({ components: names, scenarios: [] });
    await Promise.all(names.map((name) => shop.build(name, `${name}1`)));
    for (const name of names) await shop.snapshotOf(`${name}1`);
    const { promoted } = await shop.quiet();
    expect(promoted.images).toEqual(Object.fromEntries(names.map((name) => [name, image(name, `${name}1`)])));
    await expectOnceEach(shop);
  });

  test("W17: a component Snapshot that failed does not cost a composite", async (context) => {
    const shop = await shops.open(context);
    await shop.furnish({ scenarios: ["smoke"] });
    const held = shop.tekton.gate();
    shop.tekton.play = ({ images }) => (images.size === 1 && images.has("backend") ? fails(held.afterMs) : passes());
    await shop.build("backend", "backend-1");
    await shop.snapshotOf("backend-1");
    await shop.build("frontend", "frontend-1");
    await shop.outcomeOf("frontend-1", "True Promoted");
    held.open();
    await shop.outcomeOf("backend-1", "False TestsFailed");
    await shop.quiet();
    expect(await byType(shop, "composite")).toEqual([]);
  });

  test("W18: a Component that is edited or added during a test is no conflict", async (context) => {
    const shop = await shops.open(context);
    await shop.furnish({ scenarios: ["smoke"] });
    const held = shop.tekton.gate();
    shop.tekton.play = () => passes(held.afterMs);
    await shop.build("frontend", "frontend-1");
    await shop.snapshotOf("frontend-1");
    const source = { git: { url: "https://git.example/moved", revision: "main" } };
    await shop.patch(kinds.component, "frontend", { spec: { source } });
    await shop.create(component("added", "shop"));
    held.open();
    await shop.outcomeOf("frontend-1", "True Promoted");
    expect(await byType(shop, "composite")).toEqual([]);
  });

  test("W18: a Component that is removed during the test of its build does not leave the Snapshot open", async (context) => {
    const shop = await shops.open(context);
    await shop.furnish({ scenarios: ["smoke"] });
    const held = shop.tekton.gate();
    shop.tekton.play = () => passes(held.afterMs);
    await shop.build("frontend", "frontend-1");
    await shop.snapshotOf("frontend-1");
    await shop.remove(kinds.component, "frontend");
    held.open();
    const { message } = await shop.outcomeOf("frontend-1", "False ComponentRemoved");
    expect(message).toContain("Component frontend");
    await shop.concluded();
  });

  test("W19: a test run that a removed Component or a newer promotion made pointless does not run on", async (context) => {
    const shop = await shops.open(context);
    const { composites, gates } = await twoCompositesInTesting(shop);
    gates.get(composites[1])!.open();
    await shop.snapshotThat(composites[1], "True Promoted");
    const runs = await waitFor(
      "the older composite's run is asked to end",
      async () => (await shop.testRuns()).filter(({ metadata }) => metadata.labels![labels.snapshot] === composites[0]),
      (seen) => seen.every(({ spec }) => spec?.["status"] === "CancelledRunFinally"),
      10_000,
    );
    expect(runs).toHaveLength(1);
  });

  test("W20: a scenario without conditions and a Component without sources do not end the operator", async (context) => {
    const shop = await shops.open(context);
    await shop.furnish({ scenarios: [] });
    await shop.patch(kinds.component, "backend", {
      spec: { source: null, containerImage: image("backend", "start") },
    });
    await shop.patchStatus(kinds.component, "backend", { lastBuiltCommit: "0123abc" });
    await Promise.all([shop.create(scenario("brand-new", "shop")), shop.build("frontend", "frontend-1")]);
    const { images } = await shop.outcomeOf("frontend-1", "True Promoted");
    expect(images).toEqual({ backend: image("backend", "start"), frontend: image("frontend", "frontend-1") });
  });
});
