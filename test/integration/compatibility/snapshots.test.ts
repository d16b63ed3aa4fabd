import { describe, expect, test } from "vitest";
import { Kubectl } from "../support/kubectl.ts";
import { application, component, scenario } from "../support/manifests.ts";
import { image } from "../support/shop.ts";
import { useOperator } from "../support/shops.ts";
import { fails, passes } from "../support/tekton.ts";
import { conditionOf, type RawSnapshot } from "../support/views.ts";
import { waitFor } from "../support/wait.ts";

// Snapshots: what is in them, what is told of them, and what people do with them.
const shops = useOperator();

const byHand = (name: string, labels: string, components: Readonly<Record<string, string>>): string => `
apiVersion: appstudio.redhat.com/v1alpha1
kind: Snapshot
metadata:
  name: ${name}
  labels: ${labels}
spec:
  application: shop
  components:${Object.entries(components)
    .map(
      ([each, containerImage]) => `
    - name: ${each}
      containerImage: ${containerImage}
      source: { git: { url: "https://git.example/shop/${each}", revision: 0123abc } }`,
    )
    .join("")}
`;
const override = "{ test.appstudio.openshift.io/type: override }";
const said = (raw: RawSnapshot, type: string): string => {
  const { status, reason, message } = conditionOf(raw, type) ?? { status: "", reason: "", message: "nothing" };
  return `${status} ${reason}: ${message}`;
};

describe.concurrent("a component Snapshot", () => {
  test("names the directory of the sources as the Component does, where the build does not", async (context) => {
    const shop = await shops.open(context);
    await shop.furnish({ components: [], scenarios: [] });
    await new Kubectl(shop.namespace).apply(`
apiVersion: appstudio.redhat.com/v1alpha1
kind: Component
metadata: { name: frontend }
spec:
  componentName: frontend
  application: shop
  source: { git: { url: "https://git.example/shop/frontend", revision: main, context: web/ } }
`);
    await shop.build("frontend", "frontend-1");
    const { raw } = await shop.outcomeOf("frontend-1", "True Promoted");
    expect(raw.spec.components[0]!.source).toMatchObject({ git: { context: "web/" } });
  });

  test("without a scenario passes at once, and says so in upstream's words", async (context) => {
    const shop = await shops.open(context);
    await shop.furnish({ scenarios: [] });
    await shop.build("frontend", "frontend-1");
    const { raw } = await shop.outcomeOf("frontend-1", "True Promoted");
    expect(said(raw, "AppStudioTestSucceeded")).toBe(
      "True Passed: No required IntegrationTestScenarios found, skipped testing",
    );
    expect(said(raw, "AppStudioIntegrationStatus")).toBe(
      "True Finished: Snapshot integration status condition is finished since there are no required testing pipelines defined for its application",
    );
  });

  test("of an outdated build of a pull request is cancelled, and so is its run", async (context) => {
    const shop = await shops.open(context);
    await shop.furnish({ scenarios: ["smoke"] });
    const held = shop.tekton.gate();
    shop.tekton.play = () => passes(held.afterMs);
    const labels = {
      "pipelinesascode.tekton.dev/event-type": "pull_request",
      "pipelinesascode.tekton.dev/pull-request": "7",
    };
    await shop.build("frontend", "frontend-1", { labels });
    const outdated = await shop.outcomeOf("frontend-1", "Unknown TestsRunning");
    await shop.build("frontend", "frontend-2", { labels });
    const { raw } = await shop.snapshotThat(outdated.name, "False Canceled");
    // It depends on whether the newer build is still running when it is seen.
    expect(said(raw, "AppStudioIntegrationStatus")).toMatch(
      /^True Canceled: (Canceled - Superseded by new build|Snapshot canceled\/superseded)$/,
    );
    const run = await shop.get("PipelineRun", outdated.tests["smoke"]!["testPipelineRunName"]!);
    expect(run).toMatchObject({
      metadata: { annotations: { "pac.test.appstudio.openshift.io/cancelled": "true" } },
      spec: { status: "CancelledRunFinally" },
    });
    held.open();
    await shop.outcomeOf("frontend-2", "False PullRequest");
  });
});

describe.concurrent("a Snapshot that a person makes", () => {
  test("without any label is given its Application, tested and released, and changes no candidate", async (context) => {
    const shop = await shops.open(context);
    await shop.furnish({ scenarios: ["smoke"] });
    const kubectl = new Kubectl(shop.namespace);
    await kubectl.apply(byHand("mine", "{}", { frontend: image("frontend", "mine") }));
    const { raw } = await shop.snapshotThat("mine", "False Untyped");
    expect(said(raw, "AppStudioTestSucceeded")).toBe("True Passed: All Integration Pipeline tests passed");
    expect(said(raw, "AutoReleased")).toBe("True AutoReleased: The Snapshot was auto-released");
    expect(conditionOf(raw, "AddedToGlobalCandidateList")).toBeUndefined();
    expect(raw.metadata.labels).toEqual({ "appstudio.openshift.io/application": "shop" });
    expect(raw.metadata.ownerReferences).toMatchObject([{ kind: "Application", name: "shop", controller: true }]);
    expect(await shop.releases()).toMatchObject([{ snapshot: "mine", plan: "production", automated: true }]);
    expect((await shop.candidateList())?.candidates ?? {}).toEqual({});
  });

  test("of an Application that is not there says so in upstream's words, and is tested when it comes", async (context) => {
    const shop = await shops.open(context);
    const kubectl = new Kubectl(shop.namespace);
    await kubectl.apply(byHand("early", override, { frontend: image("frontend", "early") }));
    const { raw } = await shop.snapshotThat("early", "Unknown ApplicationMissing");
    expect(said(raw, "AppStudioIntegrationStatus")).toBe(
      "False Invalid: The application shop owning this snapshot doesn't exist, try again after creating application",
    );
    await shop.create(component("frontend", "shop"), application("shop"));
    await shop.snapshotThat("early", "True Promoted");
  });

  test("of type override makes its images candidates; one that is wrong changes nothing and says all that is wrong", async (context) => {
    const shop = await shops.open(context);
    await shop.furnish({ scenarios: ["smoke"] });
    const kubectl = new Kubectl(shop.namespace);
    await kubectl.apply(
      byHand("wrong", override, { frontend: "registry.example/a:latest", missing: image("missing", "1") }),
    );
    const wrong = await shop.snapshotThat("wrong", "False OverrideInvalid");
    const told = said(wrong.raw, "AppStudioIntegrationStatus");
    expect(told).toMatch(/^False Invalid: /);
    expect(told).toContain("containerImage of component frontend is invalid");
    expect(told).toContain("component missing does not exist in the Application");
    expect(wrong.tests).toEqual({});
    expect(await shop.candidateList()).toBeUndefined();
    await kubectl.apply(
      byHand("right", override, { frontend: image("frontend", "right"), backend: image("backend", "right") }),
    );
    const right = await shop.snapshotThat("right", "True Promoted");
    expect(said(right.raw, "AddedToGlobalCandidateList")).toBe(
      "True Added: The Snapshot's component(s) was/were added to the global candidate list",
    );
    expect((await shop.candidateList())!.candidates).toEqual({
      frontend: image("frontend", "right"),
      backend: image("backend", "right"),
    });
    expect(await shop.releases()).toHaveLength(1);
  });
});

describe.concurrent("kubectl label snapshot test.appstudio.openshift.io/run", () => {
  test("runs one scenario again, or all of them, says so, and never releases twice", async (context) => {
    const shop = await shops.open(context);
    await shop.furnish({ scenarios: ["smoke"] });
    await shop.create(
      scenario("extra", "shop", { metadata: { labels: { "test.appstudio.openshift.io/optional": "true" } } }),
    );
    await shop.scenariosValid(2);
    shop.tekton.play = () => fails();
    await shop.build("frontend", "frontend-1");
    const { name } = await shop.outcomeOf("frontend-1", "False TestsFailed");
    const held = shop.tekton.gate();
    shop.tekton.play = () => passes(held.afterMs);
    const rerun = (value: string): Promise<string> =>
      new Kubectl(shop.namespace).run("label", "snapshot", name, `test.appstudio.openshift.io/run=${value}`);
    await rerun("smoke");
    const { raw } = await shop.snapshotThat(name, "Unknown TestsRunning");
    const message = "Integration test re-run initiated for Snapshot";
    expect(said(raw, "AppStudioIntegrationStatus")).toBe(`Unknown InProgress: ${message}`);
    expect(said(raw, "AppStudioTestSucceeded")).toBe(`Unknown InProgress: ${message}`);
    held.open();
    const passed = await shop.snapshotThat(name, "True Promoted");
    expect(passed.tests).toMatchObject({ smoke: { status: "TestPassed", attempt: 2 }, extra: { status: "TestFail" } });
    shop.tekton.play = () => passes();
    await rerun("all");
    await waitFor(
      "all have run again",
      () => shop.snapshot(name),
      (seen) => Object.values(seen!.tests).every(({ status }) => status === "TestPassed"),
    );
    await rerun("nothing");
    await waitFor(
      "the label is taken away",
      () => shop.get("Snapshot", name),
      (seen) => seen!.metadata.labels!["test.appstudio.openshift.io/run"] === undefined,
    );
    await waitFor(
      "whoever asked is told that there is no such scenario",
      () => shop.eventsAbout(name),
      (events) =>
        events.includes(
          "NothingToRunAgain: Nothing is run again: no scenario nothing tests this Snapshot. There are: extra, smoke; all means all of them",
        ),
    );
    expect(await shop.releases()).toHaveLength(1);
  });

  test("judges what failed anew, by the scenarios that are required by now", async (context) => {
    const shop = await shops.open(context);
    await shop.furnish({ scenarios: ["smoke"] });
    shop.tekton.play = () => fails();
    await shop.build("frontend", "frontend-1");
    const { name } = await shop.outcomeOf("frontend-1", "False TestsFailed");
    const kubectl = new Kubectl(shop.namespace);
    await kubectl.run("label", "integrationtestscenario", "smoke", "test.appstudio.openshift.io/optional=true");
    await kubectl.run("label", "snapshot", name, "test.appstudio.openshift.io/run=smoke");
    await shop.snapshotThat(name, "True Promoted");
    expect(await shop.releases()).toHaveLength(1);
  });
});

describe.concurrent("kubectl delete component", () => {
  test("goes through although upstream held it, and what is left is tested and promoted, without the image", async (context) => {
    const shop = await shops.open(context);
    await shop.furnish({ components: ["frontend"], scenarios: ["smoke"] });
    const kubectl = new Kubectl(shop.namespace);
    await kubectl.apply(`
apiVersion: appstudio.redhat.com/v1alpha1
kind: Component
metadata:
  name: backend
  finalizers: [test.appstudio.openshift.io/component]
spec: { componentName: backend, application: shop, source: { git: { url: "https://git.example/shop/backend" } } }
`);
    await shop.build("frontend", "frontend-1");
    await shop.outcomeOf("frontend-1", "True Promoted");
    await shop.build("backend", "backend-1");
    await shop.outcomeOf("backend-1", "True Promoted");
    await kubectl.run("delete", "component", "backend", "--timeout=30s");
    const { candidates, promoted } = await waitFor(
      "what is left is promoted",
      async () => (await shop.candidateList())!,
      (list) => list.promoted.revision === 3,
    );
    expect(candidates).toEqual({ frontend: image("frontend", "frontend-1") });
    expect(promoted.images).toEqual(candidates);
    const { type, tests } = (await shop.snapshot(promoted.snapshot))!;
    expect(type).toBe("composite");
    expect(tests["smoke"]).toMatchObject({ status: "TestPassed" });
  });
});
