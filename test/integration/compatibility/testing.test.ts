import { describe, expect, test } from "vitest";
import type { KubeObject } from "../../../src/kube/object.ts";
import type { RawPipelineRun } from "../../../src/tekton/pipeline-run.ts";
import { Kubectl } from "../support/kubectl.ts";
import { image, type Shop } from "../support/shop.ts";
import { useOperator } from "../support/shops.ts";
import { fails, passes } from "../support/tekton.ts";
import { letPass, waitFor } from "../support/wait.ts";

// Which tests a Snapshot gets, what their PipelineRuns carry, and what is noted of them.
const shops = useOperator();
const statusKey = "test.appstudio.openshift.io/status";

const scenario = (name: string, contexts: string, annotations = "{}"): string => `
apiVersion: appstudio.redhat.com/v1beta2
kind: IntegrationTestScenario
metadata:
  name: ${name}
  annotations: ${annotations}
spec:
  application: shop
  contexts: ${contexts}
  resolverRef:
    resolver: git
    params:
      - { name: url, value: "https://git.example/tests" }
      - { name: revision, value: main }
      - { name: pathInRepo, value: ${name}.yaml }
`;
const one = (name: string): string => `[{ name: ${name}, description: "as upstream's documentation has it" }]`;

/** A scenario for each context there is, and what a Snapshot must be for it. */
const contexts: Readonly<Record<string, string>> = {
  application: one("application"),
  all: one("all"),
  component: one("component"),
  frontend: one("component_frontend"),
  backend: one("component_backend"),
  composite: one("composite"),
  group: one("group"),
  override: one("override"),
  push: one("push"),
  "pull-request": one("pull_request"),
  unknown: one("release"),
  either: "[{ name: release, description: none }, { name: push, description: one }]",
  empty: "[]",
};

async function furnish(shop: Shop): Promise<Kubectl> {
  await shop.furnish({ scenarios: [] });
  const kubectl = new Kubectl(shop.namespace);
  await kubectl.apply(
    Object.entries(contexts)
      .map(([name, list]) => scenario(name, list))
      .join("---"),
  );
  await shop.scenariosValid(Object.keys(contexts).length);
  return kubectl;
}

const always = ["all", "application", "empty"];

describe.concurrent("the scenarios that test", () => {
  test("a push's Snapshot and a pull request's are those whose contexts say so", async (context) => {
    const shop = await shops.open(context);
    await furnish(shop);
    await shop.build("frontend", "frontend-1");
    const pushed = await shop.outcomeOf("frontend-1", "True Promoted");
    expect(Object.keys(pushed.tests).toSorted()).toEqual(
      [...always, "component", "either", "frontend", "push"].toSorted(),
    );
    await shop.build("frontend", "frontend-pr", {
      labels: {
        "pipelinesascode.tekton.dev/event-type": "pull_request",
        "pipelinesascode.tekton.dev/pull-request": "7",
      },
    });
    const requested = await shop.outcomeOf("frontend-pr", "False PullRequest");
    expect(Object.keys(requested.tests).toSorted()).toEqual(
      [...always, "component", "frontend", "pull-request"].toSorted(),
    );
  });

  test("an override Snapshot, a group's and one without a type are those whose contexts say so", async (context) => {
    const shop = await shops.open(context);
    const kubectl = await furnish(shop);
    const snapshot = (name: string, labels: string): string => `
apiVersion: appstudio.redhat.com/v1alpha1
kind: Snapshot
metadata:
  name: ${name}
  labels: ${labels}
spec:
  application: shop
  components:
    - name: frontend
      containerImage: ${image("frontend", name)}
      source: { git: { url: "https://git.example/shop/frontend", revision: 0123abc } }
`;
    await kubectl.apply(snapshot("by-hand", "{ test.appstudio.openshift.io/type: override }"));
    await kubectl.apply(snapshot("of-group", "{ test.appstudio.openshift.io/type: group }"));
    await kubectl.apply(snapshot("untyped", "{}"));
    const tested = async (name: string, promoted: string): Promise<readonly string[]> =>
      Object.keys((await shop.snapshotThat(name, promoted)).tests).toSorted();
    expect(await tested("by-hand", "True Promoted")).toEqual([...always, "either", "override", "push"].toSorted());
    expect(await tested("of-group", "False PullRequest")).toEqual([...always, "group", "pull-request"].toSorted());
    expect(await tested("untyped", "False Untyped")).toEqual([...always, "either", "push"].toSorted());
  });
});

describe.concurrent("a test PipelineRun", () => {
  test("carries what the Snapshot and the scenario say, but not the Snapshot's own state, and is held until it is noted", async (context) => {
    const shop = await shops.open(context);
    await shop.furnish({ scenarios: [] });
    const annotations = `
    test.appstudio.openshift.io/kind: enterprise-contract
    build.appstudio.openshift.io/kept: "yes"
    test.appstudio.openshift.io/tasks_timeout: 2h
    test.appstudio.openshift.io/finally_timeout: 30m
    test.appstudio.openshift.io/pipeline_timeout: 1h
    somebody.example/else: "no"`;
    await new Kubectl(shop.namespace).apply(scenario("ec", "[]", annotations));
    await shop.scenariosValid(1);
    const held = shop.tekton.gate();
    shop.tekton.play = () => passes(held.afterMs);
    await shop.build("frontend", "frontend-1", {
      labels: { "custom.appstudio.openshift.io/tier": "one", "pipelinesascode.tekton.dev/sha": "0123abc" },
      annotations: {
        "pipelinesascode.tekton.dev/repo-url": "https://git.example/shop/frontend",
        "pipelinesascode.tekton.dev/log-url": "https://console.example/the-build",
        "build.appstudio.redhat.com/commit_sha": "0123abc",
        "release.appstudio.openshift.io/note": "not for tests",
      },
    });
    const { tests, name } = await shop.snapshotOf("frontend-1");
    const run = (await waitFor(
      "the run exists",
      () => shop.get<RawPipelineRun>("PipelineRun", tests["ec"]!["testPipelineRunName"]!),
      Boolean,
    ))!;
    expect(run.metadata.finalizers).toEqual(["test.appstudio.openshift.io/pipelinerun"]);
    expect(run.metadata.labels).toMatchObject({
      "pipelines.appstudio.openshift.io/type": "test",
      "appstudio.openshift.io/snapshot": name,
      "appstudio.openshift.io/component": "frontend",
      "test.appstudio.openshift.io/scenario": "ec",
      "pac.test.appstudio.openshift.io/sha": "0123abc",
      "custom.appstudio.openshift.io/tier": "one",
    });
    expect(run.metadata.annotations).toMatchObject({
      "test.appstudio.openshift.io/kind": "enterprise-contract",
      "pac.test.appstudio.openshift.io/repo-url": "https://git.example/shop/frontend",
      "build.appstudio.redhat.com/commit_sha": "0123abc",
      "build.appstudio.openshift.io/kept": "yes",
    });
    const keys = Object.keys(run.metadata.annotations!);
    for (const key of [
      statusKey,
      "test.appstudio.openshift.io/gcl-revision",
      "pac.test.appstudio.openshift.io/log-url",
      "release.appstudio.openshift.io/note",
      "somebody.example/else",
    ])
      expect(keys).not.toContain(key);
    // Tekton wants the pipeline's limit to hold the two others.
    expect(run.spec!["timeouts"]).toEqual({ pipeline: "2h30m0s", tasks: "2h0m0s", finally: "30m0s" });
    held.open();
    await shop.outcomeOf("frontend-1", "True Promoted");
    await waitFor(
      "the run is let go",
      () => shop.get("PipelineRun", run.metadata.name),
      (seen) => (seen?.metadata.finalizers ?? []).length === 0,
    );
  });
});

type Entry = Readonly<Record<string, unknown>>;
async function entries(shop: Shop, snapshot: string): Promise<readonly Entry[]> {
  const { metadata } = (await shop.get("Snapshot", snapshot))!;
  return JSON.parse(metadata.annotations?.[statusKey] ?? "[]") as readonly Entry[];
}

describe.concurrent("the status annotation", () => {
  test("notes a warning as a warning, and reads the word that upstream writes for it", async (context) => {
    const shop = await shops.open(context);
    await shop.furnish({ scenarios: ["smoke"] });
    shop.tekton.play = () => ({ result: "WARNING", afterMs: 20 });
    await shop.build("frontend", "frontend-1");
    const { name } = await shop.outcomeOf("frontend-1", "True Promoted");
    expect(await entries(shop, name)).toMatchObject([
      { scenario: "smoke", status: "TestWarning", details: "Integration test passed with warnings" },
    ]);
    // As upstream of August 2026 leaves a Snapshot whose tests are over and whose verdict is not told yet.
    const written = [
      {
        scenario: "smoke",
        status: "BuildPLRInProgress",
        lastUpdateTime: "2026-08-01T10:00:00.123456789Z",
        details: "Integration test passed with warnings",
        startTime: "2026-08-01T09:00:00Z",
        completionTime: "2026-08-01T10:00:00.123456789Z",
        testPipelineRunName: "smoke-x7k2p",
        runAfter: [],
      },
    ];
    await new Kubectl(shop.namespace).apply(`
apiVersion: appstudio.redhat.com/v1alpha1
kind: Snapshot
metadata:
  name: shop-20260801-090000-123
  labels: { test.appstudio.openshift.io/type: override }
  annotations: { ${statusKey}: '${JSON.stringify(written)}' }
spec:
  application: shop
  components:
    - name: frontend
      containerImage: ${image("frontend", "upstreams")}
      source: { git: { url: "https://git.example/shop/frontend", revision: 0123abc } }
`);
    await shop.snapshotThat("shop-20260801-090000-123", "True Promoted");
    expect(await shop.testRuns()).toHaveLength(1);
  });

  test("goes on with a run that upstream started", async (context) => {
    const shop = await shops.open(context);
    await shop.furnish({ scenarios: ["smoke"] });
    const held = shop.tekton.gate();
    shop.tekton.play = () => passes(held.afterMs);
    const kubectl = new Kubectl(shop.namespace);
    const entry = {
      scenario: "smoke",
      status: "InProgress",
      lastUpdateTime: "2026-08-01T10:00:00Z",
      details: "IntegrationTestScenario pipeline 'smoke-x7k2p' has been created",
      startTime: "2026-08-01T10:00:00Z",
      testPipelineRunName: "smoke-x7k2p",
    };
    await kubectl.apply(`
apiVersion: tekton.dev/v1
kind: PipelineRun
metadata:
  name: smoke-x7k2p
  finalizers: [test.appstudio.openshift.io/pipelinerun]
  labels:
    pipelines.appstudio.openshift.io/type: test
    appstudio.openshift.io/snapshot: shop-20260801-100000-123
    test.appstudio.openshift.io/scenario: smoke
spec: { pipelineRef: { name: smoke } }
---
apiVersion: appstudio.redhat.com/v1alpha1
kind: Snapshot
metadata:
  name: shop-20260801-100000-123
  labels: { test.appstudio.openshift.io/type: override }
  annotations: { ${statusKey}: '${JSON.stringify([entry]).replaceAll("'", "''")}' }
spec:
  application: shop
  components:
    - name: frontend
      containerImage: ${image("frontend", "upstreams")}
      source: { git: { url: "https://git.example/shop/frontend", revision: 0123abc } }
`);
    held.open();
    const { tests } = await shop.snapshotThat("shop-20260801-100000-123", "True Promoted");
    expect(tests["smoke"]).toMatchObject({ status: "TestPassed", testPipelineRunName: "smoke-x7k2p" });
    expect(await shop.testRuns()).toHaveLength(1);
  });

  test("is not changed by what an older run says late", async (context) => {
    const shop = await shops.open(context);
    await shop.furnish({ scenarios: ["smoke"] });
    shop.tekton.play = () => fails();
    await shop.build("frontend", "frontend-1");
    const { name, tests } = await shop.outcomeOf("frontend-1", "False TestsFailed");
    const older = tests["smoke"]!["testPipelineRunName"]!;
    shop.tekton.play = () => passes();
    await new Kubectl(shop.namespace).run("label", "snapshot", name, "test.appstudio.openshift.io/run=smoke");
    await shop.snapshotThat(name, "True Promoted");
    const after = await entries(shop, name);
    expect(after).toMatchObject([{ scenario: "smoke", status: "TestPassed", attempt: 2 }]);
    await shop.patchStatus({ kind: "PipelineRun" }, older, {
      conditions: [{ type: "Succeeded", status: "False", reason: "PipelineRunTimeout", message: "late" }],
    });
    await shop.remove({ kind: "PipelineRun" }, older);
    await letPass(1000);
    expect(await entries(shop, name)).toEqual(after);
    expect((await shop.get<KubeObject>("Snapshot", name))!.metadata.labels).not.toHaveProperty([
      "test.appstudio.openshift.io/run",
    ]);
  });
});
