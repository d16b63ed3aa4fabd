import { createHash } from "node:crypto";
import { describe, expect, test } from "vitest";
import type { KubeObject } from "../../src/kube/object.ts";
import { scenario } from "./support/manifests.ts";
import { image, kinds, type Shop } from "./support/shop.ts";
import { useOperator } from "./support/shops.ts";
import { fails, passes } from "./support/tekton.ts";
import { conditionOf } from "./support/views.ts";
import { waitFor } from "./support/wait.ts";

const shops = useOperator();
const anyTime = expect.stringMatching(/^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(\.\d+)?Z$/) as string;
const commit = (build: string): string => createHash("sha1").update(build).digest("hex");

/** What a test may say about metadata; the rest is the API server's. */
function ownMetadata({ metadata }: KubeObject): object {
  const {
    uid: _uid,
    resourceVersion: _version,
    generation: _generation,
    creationTimestamp: _created,
    ...own
  } = metadata;
  return Object.fromEntries(Object.entries(own).filter(([key]) => key !== "managedFields"));
}

async function applicationOwner(shop: Shop): Promise<object> {
  const { metadata } = (await shop.get("Application", "shop"))!;
  return {
    apiVersion: "appstudio.redhat.com/v1alpha1",
    kind: "Application",
    name: "shop",
    uid: metadata.uid,
    controller: true,
    blockOwnerDeletion: true,
  };
}

describe.concurrent("the component Snapshot", () => {
  test("carries what is said of the build and of the event behind it", async (context) => {
    const shop = await shops.open(context);
    await shop.furnish({ scenarios: [] });
    await shop.build("frontend", "frontend-1", {
      labels: {
        "pipelinesascode.tekton.dev/sha": "0123abc",
        "build.appstudio.openshift.io/kind": "docker",
        "test.appstudio.openshift.io/team": "web",
        "custom.appstudio.openshift.io/tier": "one",
        "release.appstudio.openshift.io/priority": "high",
        "somebody.example/else": "not-ours",
      },
      annotations: {
        "pipelinesascode.tekton.dev/repo-url": "https://git.example/shop/frontend",
        "build.appstudio.redhat.com/commit_sha": "0123abc",
        "somebody.example/else": "not ours",
        "appstudio.openshift.io/context": "web/",
        "test.appstudio.openshift.io/build-sequence": "17",
      },
      results: { SHOULD_RELEASE: "true" },
    });
    const { raw } = await shop.outcomeOf("frontend-1", "True Promoted");
    const build = (await shop.get<Build>("PipelineRun", "frontend-1"))!;
    expect(raw.metadata.name).toMatch(/^shop-frontend-[0-9a-z]{11}$/);
    expect(ownMetadata(raw)).toEqual({
      name: raw.metadata.name,
      namespace: shop.namespace,
      ownerReferences: [await applicationOwner(shop)],
      labels: {
        "appstudio.openshift.io/application": "shop",
        "appstudio.openshift.io/build-pipelinerun": "frontend-1",
        "appstudio.openshift.io/component": "frontend",
        "build.appstudio.openshift.io/kind": "docker",
        "custom.appstudio.openshift.io/tier": "one",
        "pac.test.appstudio.openshift.io/event-type": "push",
        "pac.test.appstudio.openshift.io/sha": "0123abc",
        "release.appstudio.openshift.io/priority": "high",
        "test.appstudio.openshift.io/pipelinerunfinishtime": seconds(build.status.completionTime),
        "test.appstudio.openshift.io/team": "web",
        "test.appstudio.openshift.io/type": "component",
      },
      annotations: {
        "build.appstudio.redhat.com/commit_sha": "0123abc",
        "pac.test.appstudio.openshift.io/repo-url": "https://git.example/shop/frontend",
        "test.appstudio.openshift.io/build-order": JSON.stringify({
          createdAt: Date.parse(build.metadata.creationTimestamp!),
          name: "frontend-1",
          sequence: 17,
          startedAt: Date.parse(build.status.startTime),
        }),
        "test.appstudio.openshift.io/build-sequence": "17",
        "test.appstudio.openshift.io/create-snapshot-status":
          "Component(s) 'backend' is(are) not included in snapshot due to missing valid containerImage or git source",
        "test.appstudio.openshift.io/gcl-revision": "0",
        "test.appstudio.openshift.io/integration-workflow": "push",
        "test.appstudio.openshift.io/pipelinerunstarttime": String(Date.parse(build.status.startTime)),
        "test.appstudio.openshift.io/result-chains-git-commit": commit("frontend-1"),
        "test.appstudio.openshift.io/result-chains-git-url": "https://git.example/shop/frontend",
        "test.appstudio.openshift.io/result-image-digest": image("frontend", "frontend-1").split("@")[1],
        "test.appstudio.openshift.io/result-image-url": "registry.example:5000/shop/frontend:frontend-1",
        "test.appstudio.openshift.io/result-should-release": "true",
        "test.appstudio.openshift.io/source-repo-url": "https://git.example/shop/frontend",
        "test.appstudio.openshift.io/status": "[]",
      },
    });
    expect(raw.spec).toEqual({
      application: "shop",
      components: [
        {
          name: "frontend",
          containerImage: image("frontend", "frontend-1"),
          source: {
            git: { url: "https://git.example/shop/frontend", revision: commit("frontend-1"), context: "web/" },
          },
        },
      ],
    });
  });

  test("keeps each scenario's state in its status annotation", async (context) => {
    const shop = await shops.open(context);
    await shop.applySamples();
    const held = shop.tekton.gate();
    shop.tekton.play = () => passes(held.afterMs);
    await shop.build("frontend", "frontend-1");
    const { name } = await shop.snapshotOf("frontend-1");
    const entriesOf = async (): Promise<Entries> => {
      const snapshot = (await shop.get("Snapshot", name))!;
      return JSON.parse(snapshot.metadata.annotations!["test.appstudio.openshift.io/status"]!) as Entries;
    };
    const started = await entriesOf();
    expect(started).toEqual(
      ["end-to-end", "performance", "smoke"].map((each) => ({
        scenario: each,
        status: "InProgress",
        lastUpdateTime: anyTime,
        details: `IntegrationTestScenario pipeline '${String(started.find((entry) => entry["scenario"] === each)!["testPipelineRunName"])}' has been created`,
        startTime: anyTime,
        testPipelineRunName: expect.stringMatching(/^shop-/) as string,
        attempt: 1,
        ...(each === "performance" ? { isOptionalScenario: true } : {}),
      })),
    );
    held.open();
    await shop.concluded();
    for (const entry of await entriesOf()) {
      expect(entry).toMatchObject({
        status: "TestPassed",
        details: "Integration test passed",
        completionTime: anyTime,
      });
    }
  });
});

type Entries = readonly Readonly<Record<string, unknown>>[];
interface Build extends KubeObject {
  readonly status: { readonly startTime: string; readonly completionTime: string };
}
const seconds = (time: string): string => String(Math.floor(Date.parse(time) / 1000));

interface TestRun extends KubeObject {
  readonly spec: {
    readonly params: readonly { readonly name: string; readonly value: unknown }[];
    readonly [field: string]: unknown;
  };
}

describe.concurrent("the test PipelineRun", () => {
  test("is what its scenario asks for, with the Snapshot as its first parameter", async (context) => {
    const shop = await shops.open(context);
    await shop.furnish({ components: ["frontend"], scenarios: [] });
    const held = shop.tekton.gate();
    shop.tekton.play = () => passes(held.afterMs);
    await shop.create(
      scenario("smoke", "shop", {
        metadata: {
          labels: { "test.appstudio.openshift.io/optional": "false" },
          annotations: {
            "test.appstudio.openshift.io/kind": "enterprise-contract",
            "test.appstudio.openshift.io/pipeline_timeout": "1h30m",
            "test.appstudio.openshift.io/tasks_timeout": "1h",
            "somebody.example/else": "not ours",
          },
        },
        params: [
          { name: "BROWSER", value: "firefox" },
          { name: "SIZES", values: ["s", "m"] },
          { name: "EMPTY", value: "" },
        ],
      }),
    );
    await shop.scenariosValid(1);
    const url = "https://git.example/shop/frontend?a=1&b=<2>";
    await shop.build("frontend", "frontend-1", {
      labels: { "pipelinesascode.tekton.dev/sha": "0123abc" },
      annotations: { "build.appstudio.redhat.com/commit_sha": "0123abc" },
      results: { "CHAINS-GIT_URL": url },
    });
    const { raw, name, tests } = await shop.snapshotOf("frontend-1");
    const run = await testRun(shop, tests["smoke"]!["testPipelineRunName"]!);
    expect(ownMetadata(run)).toEqual({
      name: expect.stringMatching(new RegExp(`^shop-frontend-[0-9a-z]+-smoke-[0-9a-z]{11}$`)) as string,
      namespace: shop.namespace,
      finalizers: ["test.appstudio.openshift.io/pipelinerun"],
      ownerReferences: [
        {
          apiVersion: "appstudio.redhat.com/v1alpha1",
          kind: "Snapshot",
          name,
          uid: raw.metadata.uid,
          controller: true,
          blockOwnerDeletion: true,
        },
      ],
      labels: expect.objectContaining({
        "pipelines.appstudio.openshift.io/type": "test",
        "appstudio.openshift.io/snapshot": name,
        "appstudio.openshift.io/application": "shop",
        "appstudio.openshift.io/component": "frontend",
        "test.appstudio.openshift.io/scenario": "smoke",
        "test.appstudio.openshift.io/optional": "false",
        "pac.test.appstudio.openshift.io/event-type": "push",
        "pac.test.appstudio.openshift.io/sha": "0123abc",
      }) as object,
      annotations: expect.objectContaining({
        "test.appstudio.openshift.io/kind": "enterprise-contract",
        "build.appstudio.redhat.com/commit_sha": "0123abc",
      }) as object,
    });
    expect(Object.keys(run.metadata.annotations!)).not.toContain("test.appstudio.openshift.io/status");
    expect(Object.keys(run.metadata.annotations!)).not.toContain("somebody.example/else");
    const param =
      `{"application":"shop","components":[{"name":"frontend","containerImage":"${image("frontend", "frontend-1")}",` +
      `"source":{"git":{"url":"https://git.example/shop/frontend?a=1\\u0026b=\\u003c2\\u003e","revision":"${commit("frontend-1")}"}}}],"artifacts":{}}`;
    expect(run.spec).toEqual({
      pipelineRef: {
        resolver: "git",
        params: [
          { name: "url", value: "https://git.example/tests" },
          { name: "revision", value: "main" },
          { name: "pathInRepo", value: "smoke.yaml" },
        ],
      },
      params: [
        { name: "SNAPSHOT", value: param },
        { name: "BROWSER", value: "firefox" },
        { name: "SIZES", value: ["s", "m"] },
        { name: "EMPTY", value: "" },
      ],
      timeouts: { pipeline: "1h30m0s", tasks: "1h0m0s" },
      taskRunTemplate: { serviceAccountName: "konflux-integration-runner" },
    });
    held.open();
    await shop.concluded();
    expect((await testRun(shop, run.metadata.name)).metadata.finalizers ?? []).toEqual([]);
  });

  test("without timeouts says so with an empty list of them", async (context) => {
    const shop = await shops.open(context);
    await shop.furnish({ scenarios: ["smoke"] });
    await shop.build("frontend", "frontend-1");
    const { tests } = await shop.outcomeOf("frontend-1", "True Promoted");
    expect((await testRun(shop, tests["smoke"]!["testPipelineRunName"]!)).spec["timeouts"]).toEqual({});
  });

  test("gets the Snapshot's name where the scenario wants no more", async (context) => {
    const shop = await shops.open(context);
    await shop.furnish({ scenarios: [] });
    const annotations = { "test.appstudio.openshift.io/snapshot-param-as-name": "true" };
    await shop.create(scenario("smoke", "shop", { metadata: { annotations } }));
    await shop.scenariosValid(1);
    await shop.build("frontend", "frontend-1");
    const { name, tests } = await shop.outcomeOf("frontend-1", "True Promoted");
    const { spec } = await testRun(shop, tests["smoke"]!["testPipelineRunName"]!);
    expect(spec.params).toEqual([{ name: "SNAPSHOT", value: name }]);
  });

  test("of a pull request that changes the tests themselves runs the request's version of them", async (context) => {
    const shop = await shops.open(context);
    await shop.furnish({ scenarios: ["elsewhere"] });
    const params = [
      { name: "url", value: "https://git.example/shop/frontend.git" },
      { name: "revision", value: "main" },
      { name: "pathInRepo", value: "tests.yaml" },
    ];
    await shop.create(scenario("own", "shop", { resolverRef: { resolver: "git", params } }));
    await shop.scenariosValid(2);
    await shop.build("frontend", "frontend-pr", {
      labels: {
        "pipelinesascode.tekton.dev/event-type": "pull_request",
        "pipelinesascode.tekton.dev/pull-request": "7",
      },
      annotations: {
        "pipelinesascode.tekton.dev/repo-url": "https://git.example/shop/frontend",
        "pipelinesascode.tekton.dev/branch": "main",
        "pipelinesascode.tekton.dev/source-repo-url": "https://git.example/somebody/frontend",
        "pipelinesascode.tekton.dev/sha": "0123abc",
      },
    });
    const { tests } = await shop.outcomeOf("frontend-pr", "False PullRequest");
    const paramsOf = async (name: string): Promise<unknown> =>
      ((await testRun(shop, tests[name]!["testPipelineRunName"]!)).spec["pipelineRef"] as { params: unknown }).params;
    expect(await paramsOf("own")).toEqual([
      { name: "url", value: "https://git.example/somebody/frontend.git" },
      { name: "revision", value: "0123abc" },
      { name: "pathInRepo", value: "tests.yaml" },
    ]);
    expect(await paramsOf("elsewhere")).toContainEqual({ name: "revision", value: "main" });
  });
});

async function testRun(shop: Shop, name: string): Promise<TestRun> {
  return (await waitFor(`test run ${name} exists`, () => shop.get<TestRun>("PipelineRun", name), Boolean))!;
}

const added = "The Snapshot's component(s) was/were added to the global candidate list";

describe.concurrent("what is told", () => {
  test("a promoted Snapshot's conditions", async (context) => {
    const shop = await shops.open(context);
    await shop.furnish();
    const held = shop.tekton.gate();
    shop.tekton.play = () => passes(held.afterMs);
    await shop.build("frontend", "frontend-1");
    const testing = await shop.outcomeOf("frontend-1", "Unknown TestsRunning");
    expect(testing.raw.status!.conditions).toEqual([
      {
        type: "AppStudioIntegrationStatus",
        status: "Unknown",
        reason: "InProgress",
        message: "Snapshot starts being tested by the integrationPipelineRun",
        lastTransitionTime: anyTime,
      },
      {
        type: "Promoted",
        status: "Unknown",
        reason: "TestsRunning",
        message: "Waiting for the required scenarios end-to-end, smoke",
        lastTransitionTime: anyTime,
      },
    ]);
    held.open();
    const { raw } = await shop.outcomeOf("frontend-1", "True Promoted");
    expect(told(raw)).toEqual({
      AppStudioIntegrationStatus:
        "True Finished: Snapshot integration status condition is finished since all testing pipelines completed",
      AppStudioTestSucceeded: "True Passed: All Integration Pipeline tests passed",
      AddedToGlobalCandidateList: `True Added: ${added}`,
      AutoReleased: "True AutoReleased: The Snapshot was auto-released",
      Promoted: "True Promoted: Promoted at revision 1 of the global candidate list",
    });
    expect(raw.status!.candidateList).toEqual({ revision: 1 });
  });

  test("a superseded Snapshot's conditions", async (context) => {
    const shop = await shops.open(context);
    await shop.furnish({ scenarios: ["smoke"] });
    const held = shop.tekton.gate();
    shop.tekton.play = ({ images }) => passes(images.has("backend") && images.size === 1 ? held.afterMs : 20);
    await shop.build("backend", "backend-1");
    await shop.snapshotOf("backend-1");
    await shop.build("frontend", "frontend-1");
    await shop.outcomeOf("frontend-1", "True Promoted");
    held.open();
    const { raw } = await shop.outcomeOf("backend-1", "False SupersededByComposite");
    const superseded = "The global component list has changed in the meantime, superseding with a composite snapshot";
    expect(told(raw)).toEqual({
      AppStudioIntegrationStatus: `False Invalid: ${superseded}`,
      AppStudioTestSucceeded: "True Passed: All Integration Pipeline tests passed",
      AddedToGlobalCandidateList: `True Added: ${added}`,
      Promoted: `False SupersededByComposite: ${superseded}. Not tested with: frontend. Candidate since revision 2. Carried on by Snapshot shop-composite-2`,
    });
    const composite = await shop.composite(2, "True Promoted");
    expect(composite.raw.metadata.annotations).toMatchObject({ "test.appstudio.openshift.io/gcl-revision": "2" });
    expect(composite.raw.metadata.labels).toEqual({
      "appstudio.openshift.io/application": "shop",
      "test.appstudio.openshift.io/type": "composite",
    });
    expect(composite.raw.metadata.ownerReferences).toEqual([await applicationOwner(shop)]);
  });

  test("Events on the Snapshot and on the Application", async (context) => {
    const shop = await shops.open(context);
    await shop.furnish({ scenarios: ["smoke"] });
    await shop.build("frontend", "frontend-1");
    const { name } = await shop.outcomeOf("frontend-1", "True Promoted");
    shop.tekton.play = () => fails();
    await shop.build("frontend", "frontend-2");
    const failed = await shop.outcomeOf("frontend-2", "False TestsFailed");
    const events = await waitFor(
      "all Events are written",
      () => Promise.all([name, failed.name, "shop"].map((each) => shop.eventsAbout(each))),
      (seen) => seen[0]!.length > 0 && seen[1]!.length > 0 && seen[2]!.length > 3,
    );
    expect(events[0]).toEqual(["Promoted: Promoted at revision 1 of the global candidate list"]);
    expect(events[1]).toEqual([`TestsFailed: ${failed.message}`]);
    expect(events[2]!.toSorted()).toEqual(
      [
        `SnapshotCreated: Component Snapshot ${name} tests build frontend-1 of Component frontend`,
        `Promoted: Snapshot ${name}: Promoted at revision 1 of the global candidate list`,
        `SnapshotCreated: Component Snapshot ${failed.name} tests build frontend-2 of Component frontend`,
        `TestsFailed: Snapshot ${failed.name}: ${failed.message}`,
      ].toSorted(),
    );
  });

  test("the build's author finds the Snapshot's name on the build PipelineRun", async (context) => {
    const shop = await shops.open(context);
    await shop.furnish({ scenarios: [] });
    await shop.startBuild("frontend", "frontend-1");
    await waitFor(
      "the running build is held",
      () => shop.get("PipelineRun", "frontend-1"),
      (run) => run!.metadata.finalizers?.[0] === "test.appstudio.openshift.io/pipelinerun",
    );
    await shop.finishBuild("frontend", "frontend-1");
    const { name } = await shop.snapshotOf("frontend-1");
    const { metadata } = (await shop.get("PipelineRun", "frontend-1"))!;
    expect(metadata.annotations).toEqual({
      "appstudio.openshift.io/snapshot": name,
      "test.appstudio.openshift.io/create-snapshot-status":
        '{"message":"Sucessfully created snapshot. See annotation appstudio.openshift.io/snapshot for name","status":"success"}',
    });
    expect(metadata.finalizers ?? []).toEqual([]);
  });

  test("a scenario belongs to its Application and says that it is valid", async (context) => {
    const shop = await shops.open(context);
    await shop.furnish({ scenarios: ["smoke"] });
    const smoke = (await shop.get("IntegrationTestScenario", "smoke"))!;
    const {
      controller: _controller,
      blockOwnerDeletion: _block,
      ...owner
    } = (await applicationOwner(shop)) as Record<string, unknown>;
    expect(smoke.metadata.ownerReferences).toEqual([owner]);
    expect(conditionOf(smoke, "IntegrationTestScenarioValid")).toMatchObject({
      status: "True",
      reason: "Valid",
      message: "IntegrationTestScenario is Valid.",
    });
  });
});

function told(object: KubeObject): Readonly<Record<string, string>> {
  const { status } = object as { status?: { conditions?: readonly Record<string, string>[] } };
  return Object.fromEntries(
    (status?.conditions ?? []).map((each) => [
      each["type"],
      `${each["status"]!} ${each["reason"]!}: ${each["message"]!}`,
    ]),
  );
}

describe.concurrent("what follows", () => {
  test("a Release names Snapshot and ReleasePlan, and says that no person made it", async (context) => {
    const shop = await shops.open(context);
    await shop.furnish({ scenarios: [], plans: ["production", "staging"] });
    await shop.build("frontend", "frontend-1");
    const { name } = await shop.outcomeOf("frontend-1", "True Promoted");
    const releases = await shop.list<KubeObject & { spec: object; status: object }>("Release");
    expect(releases.map(({ spec }) => spec)).toEqual(
      expect.arrayContaining([
        { snapshot: name, releasePlan: "production" },
        { snapshot: name, releasePlan: "staging" },
      ]),
    );
    expect(releases).toHaveLength(2);
    for (const release of releases) {
      expect(ownMetadata(release)).toEqual({
        name: expect.stringMatching(/^shop-frontend-[0-9a-z]+-(production|staging)-[0-9a-z]{11}$/) as string,
        namespace: shop.namespace,
        labels: { "release.appstudio.openshift.io/automated": "true" },
      });
      expect(release.status).toEqual({ automated: true });
    }
  });

  test("the candidate list is a ConfigMap that belongs to the Application and that a person can read", async (context) => {
    const shop = await shops.open(context);
    await shop.furnish({ scenarios: [] });
    await shop.build("frontend", "frontend-1", { annotations: { "test.appstudio.openshift.io/build-sequence": "4" } });
    const { name } = await shop.outcomeOf("frontend-1", "True Promoted");
    const build = (await shop.get<Build>("PipelineRun", "frontend-1"))!;
    const configMap = (await shop.get<KubeObject & { data: Record<string, string> }>(
      kinds.configMap.kind,
      "shop-gcl",
    ))!;
    expect(ownMetadata(configMap)).toEqual({
      name: "shop-gcl",
      namespace: shop.namespace,
      labels: {
        "app.kubernetes.io/component": "global-candidate-list",
        "appstudio.openshift.io/application": "shop",
      },
      ownerReferences: [await applicationOwner(shop)],
    });
    expect(Object.keys(configMap.data).toSorted()).toEqual(["_ledger", "frontend"]);
    expect(JSON.parse(configMap.data["frontend"]!)).toEqual({
      image: image("frontend", "frontend-1"),
      git: { url: "https://git.example/shop/frontend", revision: commit("frontend-1") },
      build: {
        pipelineRun: "frontend-1",
        created: new Date(build.metadata.creationTimestamp!).toISOString(),
        started: build.status.startTime,
        sequence: 4,
      },
      snapshot: name,
      since: anyTime,
      revision: 1,
    });
    expect(JSON.parse(configMap.data["_ledger"]!)).toEqual({
      revision: 1,
      promoted: {
        snapshot: name,
        type: "component",
        revision: 1,
        when: anyTime,
        content: { frontend: image("frontend", "frontend-1") },
      },
      committed: [{ snapshot: name, verdict: "promoted", revision: 1 }],
    });
  });
});
