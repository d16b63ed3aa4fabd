import { describe, expect, test } from "vitest";
import { resources } from "../../src/api/group.ts";
import { annotations } from "../../src/api/labels.ts";
import type { KubeObject, Resource } from "../../src/kube/object.ts";
import { tektonResources } from "../../src/tekton/pipeline-run.ts";
import { application, component, scenario } from "./support/manifests.ts";
import { refuse } from "./support/policies.ts";
import { image, kinds, type Shop } from "./support/shop.ts";
import { useOperator } from "./support/shops.ts";
import { passes } from "./support/tekton.ts";
import { conditionOf, type SnapshotView } from "./support/views.ts";
import { letPass, waitFor } from "./support/wait.ts";

const shops = useOperator();

/** A scenario's entry in the status annotation, once its test is over. */
async function testOf(shop: Shop, snapshot: string, name: string): Promise<Readonly<Record<string, string>>> {
  const seen = await waitFor(
    `scenario ${name} is over`,
    () => shop.snapshot(snapshot),
    (view) => !["", "Pending", "InProgress"].includes(view?.tests[name]?.["status"] ?? ""),
  );
  return seen!.tests[name]!;
}

const testRunOf = (name: string): string =>
  `object.metadata.?labels[?'test.appstudio.openshift.io/scenario'] != optional.of('${name}')`;
const runProbe = { labels: { "test.appstudio.openshift.io/scenario": "smoke" } };

describe.concurrent("an API server that refuses a test PipelineRun", () => {
  test("because a quota is used up is asked again, and the Snapshot goes on", async (context) => {
    const shop = await shops.open(context);
    await shop.furnish({ scenarios: ["smoke"] });
    await shop.startBuild("frontend", "frontend-1");
    await setQuota(shop, 0);
    await shop.finishBuild("frontend", "frontend-1");
    const { name } = await shop.snapshotOf("frontend-1");
    const events = await waitFor(
      "an Event says so",
      () => shop.eventsAbout(name),
      (seen) => seen.length > 0,
    );
    expect(events[0]).toMatch(/^TestRunNotCreated: .*exceeded quota/);
    expect(await shop.snapshot(name)).toMatchObject({ tests: { smoke: { status: "InProgress" } } });
    await setQuota(shop, 100);
    await shop.snapshotThat(name, "True Promoted", 60_000);
  });

  test("for good makes the scenario invalid, with the API server's own words", async (context) => {
    const shop = await shops.open(context);
    await shop.furnish();
    const policy = await refuse(shop.client, {
      namespace: shop.namespace,
      resource: tektonResources.pipelineRun,
      expression: testRunOf("smoke"),
      message: "no smoke in here",
      probe: runProbe,
    });
    await shop.build("frontend", "frontend-1");
    const { tests, name } = await shop.outcomeOf("frontend-1", "False TestsFailed");
    expect(tests["end-to-end"]).toMatchObject({ status: "TestPassed" });
    expect(tests["smoke"]).toMatchObject({ status: "TestInvalid" });
    expect(tests["smoke"]!["details"]).toMatch(
      /^Creation of pipelineRun failed during creation due to: .*no smoke in here/,
    );
    const events = await waitFor(
      "an Event says so",
      () => shop.eventsAbout(name),
      (seen) => seen.length > 1,
    );
    expect(events.join()).toContain("TestRunNotCreated: create PipelineRun");
    await policy.lift();
    await shop.patch(kinds.snapshot, name, { metadata: { labels: { "test.appstudio.openshift.io/run": "smoke" } } });
    await shop.snapshotThat(name, "True Promoted");
  });
});

describe.concurrent("a scenario that cannot be run says so itself, fails the Snapshot, and others are run:", () => {
  test.for([
    ["an empty resolver", { resolverRef: { resolver: " ", params: [] } }, "spec.resolverRef.resolver is empty"],
    [
      "an unknown resourceKind",
      { resolverRef: { resolver: "hub", params: [], resourceKind: "taskrun" } },
      "unrecognized resolver type 'taskrun': spec.resolverRef.resourceKind can only be pipeline or pipelinerun",
    ],
  ] as const)("%s", async ([, spec, problem], context) => {
    const shop = await shops.open(context);
    await shop.furnish({ scenarios: ["smoke"] });
    await shop.create(scenario("unusable", "shop", spec));
    const said = await waitFor(
      "the scenario says what is wrong",
      async () => conditionOf((await shop.get("IntegrationTestScenario", "unusable"))!, "IntegrationTestScenarioValid"),
      (condition) => condition !== undefined,
    );
    expect(said).toMatchObject({ status: "False", reason: "Invalid", message: problem });
    await shop.build("frontend", "frontend-1");
    const { tests, message } = await shop.outcomeOf("frontend-1", "False TestsFailed");
    expect(tests).toMatchObject({
      smoke: { status: "TestPassed" },
      unusable: { status: "TestInvalid", details: `IntegrationTestScenario 'unusable' is invalid: ${problem}` },
    });
    expect(message).toContain("unusable: IntegrationTestScenario 'unusable' is invalid");
    await shop.remove(kinds.scenario, "unusable");
    await shop.build("frontend", "frontend-2");
    await shop.outcomeOf("frontend-2", "True Promoted");
  });

  test("one whose Application does not exist", async (context) => {
    const shop = await shops.open(context);
    await shop.create(scenario("smoke", "nowhere"));
    const said = await waitFor(
      "the scenario says what is wrong",
      async () => conditionOf((await shop.get("IntegrationTestScenario", "smoke"))!, "IntegrationTestScenarioValid"),
      (condition) => condition !== undefined,
    );
    expect(said).toMatchObject({ status: "False", message: "Failed to get application for Scenario." });
    await shop.create(application("nowhere"));
    await shop.scenariosValid(1);
  });
});

const quotaResource: Resource = {
  group: "",
  version: "v1",
  plural: "resourcequotas",
  kind: "ResourceQuota",
  namespaced: true,
};

/** Lets a namespace hold so many PipelineRuns besides those it has. Without a quota controller, the test does its part. */
async function setQuota(shop: Shop, more: number): Promise<void> {
  const key = { namespace: shop.namespace, name: "runs" };
  const used = (await shop.list("PipelineRun")).length;
  const hard = { "count/pipelineruns.tekton.dev": String(used + more) };
  const isNew = (await shop.client.get(quotaResource, key)) === undefined;
  if (isNew) await shop.client.create(quotaResource, { metadata: key, spec: { hard } } as KubeObject);
  else await shop.client.patch(quotaResource, key, { type: "merge", body: { spec: { hard } } });
  const status = { hard, used: { "count/pipelineruns.tekton.dev": String(used) } };
  await shop.client.patch(quotaResource, key, { type: "merge", subresource: "status", body: { status } });
  const probe = { apiVersion: "tekton.dev/v1", kind: "PipelineRun", metadata: { ...key, name: "probe" } };
  if (more > 0) return;
  await waitFor(
    "the quota is in force",
    async () => {
      try {
        await shop.client.create(tektonResources.pipelineRun, probe);
        await shop.remove(kinds.pipelineRun, "probe");
        return "created";
      } catch (error) {
        return String(error);
      }
    },
    (said) => said.includes("exceeded quota"),
  );
}

/** Ends a test run the way a test wants it. */
async function endRun(
  shop: Shop,
  run: string,
  ending: {
    readonly outputs: readonly (string | undefined)[];
    readonly referenced?: number;
    readonly succeeded?: boolean;
  },
): Promise<void> {
  const { outputs, referenced = outputs.length, succeeded = true } = ending;
  const names = outputs.map((_, index) => `${run.slice(-50)}-${String(index)}`.replace(/^[^a-z0-9]+/, ""));
  for (const [index, name] of names.entries()) {
    const own = { "tekton.dev/pipelineRun": run, "tekton.dev/pipelineTask": `task-${String(index)}` };
    await shop.create({ apiVersion: "tekton.dev/v1", kind: "TaskRun", metadata: { name, labels: own } });
    const value = outputs[index];
    await shop.patchStatus(kinds.taskRun, name, {
      conditions: [{ type: "Succeeded", status: "True", reason: "Succeeded" }],
      results: value === undefined ? [] : [{ name: "TEST_OUTPUT", type: "string", value }],
    });
  }
  await shop.patchStatus(kinds.pipelineRun, run, {
    childReferences: Array.from({ length: referenced }, (_, index) => ({
      kind: "TaskRun",
      name: names[index] ?? "missing",
      pipelineTaskName: `task-${String(index)}`,
    })),
    conditions: [
      { type: "Succeeded", status: succeeded ? "True" : "False", reason: succeeded ? "Succeeded" : "Failed" },
    ],
  });
}

/** A Snapshot whose one test runs until the test ends it by hand. */
async function testing(shop: Shop): Promise<{ readonly snapshot: SnapshotView; readonly run: string }> {
  await shop.furnish({ scenarios: ["smoke"] });
  const never = shop.tekton.gate();
  shop.tekton.play = () => passes(never.afterMs);
  await shop.build("frontend", "frontend-1");
  const { name } = await shop.snapshotOf("frontend-1");
  const snapshot = await shop.snapshotThat(name, "Unknown TestsRunning");
  const run = snapshot.tests["smoke"]!["testPipelineRunName"]!;
  await waitFor(
    "the test run has started",
    () => shop.get<KubeObject & { status?: object }>("PipelineRun", run),
    (seen) => seen?.status !== undefined,
  );
  return { snapshot, run };
}

const output = (over: object = {}): string =>
  JSON.stringify({ result: "SUCCESS", timestamp: "1700000000", successes: 1, failures: 0, warnings: 0, ...over });

describe.concurrent("a test run that ends badly says why in the Snapshot's status annotation:", () => {
  test.for([
    [
      "no JSON",
      { outputs: ["{nonsense"] },
      /^Invalid result: error in the TEST_OUTPUT from task task-0: result TEST_OUTPUT is not JSON/,
    ],
    ["an unknown result", { outputs: [output({ result: "MAYBE" })] }, /^Invalid result: .*result: Invalid option/],
    [
      "a time that is none",
      { outputs: [output({ timestamp: "today" })] },
      /timestamp: is neither 10 digits nor an RFC 3339 time/,
    ],
    [
      "a fraction of a success",
      { outputs: [output().replace('"successes":1', '"successes":1.0')] },
      /successes.* is not a whole number/,
    ],
    ["a good and a failing task", { outputs: [output(), output({ result: "FAILURE" })] }, /^Integration test failed$/],
    ["an error", { outputs: [output({ result: "ERROR" })] }, /^Integration test failed$/],
    ["a run that failed with a good output", { outputs: [output()], succeeded: false }, /^Integration test failed$/],
  ] as const)("%s", async ([, ending, details], context) => {
    const shop = await shops.open(context);
    const { snapshot, run } = await testing(shop);
    await endRun(shop, run, ending);
    expect(await testOf(shop, snapshot.name, "smoke")).toMatchObject({
      status: "TestFail",
      details: expect.stringMatching(details) as string,
    });
    expect((await shop.snapshotThat(snapshot.name, "False TestsFailed")).message).toContain(`smoke (${run})`);
  });

  test("TaskRuns that are missing", async (context) => {
    const shop = await shops.open(context);
    const { snapshot, run } = await testing(shop);
    await endRun(shop, run, { outputs: [output()], referenced: 3 });
    expect(await testOf(shop, snapshot.name, "smoke")).toMatchObject({
      status: "TestInvalid",
      details: `Failed to determine status of pipelinerun '${run}', due to mismatch in TaskRuns present in cluster (1) and those referenced within childReferences (3)`,
    });
    await shop.snapshotThat(snapshot.name, "False TestsFailed");
  });

  test("deletion while it runs", async (context) => {
    const shop = await shops.open(context);
    const { snapshot, run } = await testing(shop);
    await shop.remove(kinds.pipelineRun, run);
    expect(await testOf(shop, snapshot.name, "smoke")).toMatchObject({
      status: "Deleted",
      details: `Integration test which is running as pipeline run '${run}', has been deleted`,
    });
    await shop.snapshotThat(snapshot.name, "False TestsFailed");
    await waitFor(
      "the run is gone",
      () => shop.get("PipelineRun", run),
      (seen) => seen === undefined,
    );
  });

  test("a run without tasks, which is no failure", async (context) => {
    const shop = await shops.open(context);
    const { snapshot, run } = await testing(shop);
    await endRun(shop, run, { outputs: [] });
    const { tests } = await shop.snapshotThat(snapshot.name, "True Promoted");
    expect(tests["smoke"]).toMatchObject({ status: "TestPassed" });
  });
});

describe.concurrent("a Snapshot that somebody tampers with", () => {
  test.for([
    "nonsense",
    "{}",
    '[{"scenario":"smoke"}]',
    '[{"scenario":"smoke","status":"Perhaps","lastUpdateTime":"2026-01-01T00:00:00Z"}]',
  ])("goes on although its status annotation is %s", async (text, context) => {
    const shop = await shops.open(context);
    const { snapshot, run } = await testing(shop);
    await shop.patch(kinds.snapshot, snapshot.name, { metadata: { annotations: { [annotations.testStatus]: text } } });
    await letPass(300);
    await endRun(shop, run, { outputs: [output()] });
    await shop.snapshotThat(snapshot.name, "True Promoted");
    expect(await shop.testRuns()).toHaveLength(1);
  });

  test("whose Application does not exist says so, and is tested when it appears", async (context) => {
    const shop = await shops.open(context);
    await shop.create(component("frontend", "shop"), {
      apiVersion: "appstudio.redhat.com/v1alpha1",
      kind: resources.snapshot.kind,
      metadata: { name: "orphan", labels: { "test.appstudio.openshift.io/type": "override" } },
      spec: {
        application: "shop",
        components: [
          {
            name: "frontend",
            containerImage: image("frontend", "orphan"),
            source: { git: { url: "https://git.example/f", revision: "1" } },
          },
        ],
      },
    } as KubeObject);
    const { raw } = await shop.snapshotThat("orphan", "Unknown ApplicationMissing");
    expect(conditionOf(raw, "AppStudioIntegrationStatus")).toMatchObject({
      status: "False",
      reason: "Invalid",
      message: "The application shop owning this snapshot doesn't exist, try again after creating application",
    });
    await shop.create(application("shop"));
    await shop.snapshotThat("orphan", "True Promoted");
  });
});
