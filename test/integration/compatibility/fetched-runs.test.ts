import { describe, expect, test } from "vitest";
import type { KubeObject } from "../../../src/kube/object.ts";
import { Kubectl } from "../support/kubectl.ts";
import { answerRequest, openRequest } from "../support/resolver.ts";
import { image, type Shop } from "../support/shop.ts";
import { openApart, useOperator } from "../support/shops.ts";
import { passes } from "../support/tekton.ts";
import { waitFor } from "../support/wait.ts";

// Scenarios that name a whole PipelineRun: resourceKind `pipelinerun`, fetched through a ResolutionRequest.
const shops = useOperator();

const fetching = (name: string): string => `
apiVersion: appstudio.redhat.com/v1beta2
kind: IntegrationTestScenario
metadata:
  name: ${name}
spec:
  application: shop
  params:
    - name: BROWSER
      value: firefox
  resolverRef:
    resolver: git
    resourceKind: pipelinerun
    params:
      - name: url
        value: https://git.example/shop/frontend.git
      - name: revision
        value: main
      - name: pathInRepo
        value: tests/${name}.yaml
`;

const run = `
apiVersion: tekton.dev/v1
kind: PipelineRun
metadata:
  name: e2e
  namespace: somewhere-else
  labels:
    team: web
    pipelines.appstudio.openshift.io/type: build
  finalizers: [somebody.example/hold]
spec:
  pipelineSpec:
    tasks:
      - name: test
        taskRef:
          resolver: git
          params:
            - { name: url, value: "https://git.example/shop/frontend" }
            - { name: revision, value: main }
            - { name: pathInRepo, value: task.yaml }
    finally:
      - name: report
        taskRef:
          resolver: bundles
          params: [{ name: bundle, value: "registry.example/tasks" }]
  params:
    - { name: BROWSER, value: chrome }
    - { name: SIZES, value: [s, m] }
  timeouts: { pipeline: 2h }
  taskRunTemplate: { serviceAccountName: mine }
  workspaces:
    - { name: source, emptyDir: {} }
`;

interface Run extends KubeObject {
  readonly spec: Readonly<Record<string, unknown>>;
}

async function open(context: Parameters<typeof shops.open>[0], name = "e2e"): Promise<Shop> {
  const shop = await shops.open(context);
  await shop.furnish({ scenarios: [] });
  await new Kubectl(shop.namespace).apply(fetching(name));
  await shop.scenariosValid(1);
  return shop;
}

describe.concurrent("a scenario that names a PipelineRun", () => {
  test("is tested with that PipelineRun, made into a test of the Snapshot", async (context) => {
    const shop = await open(context);
    const held = shop.tekton.gate();
    shop.tekton.play = () => passes(held.afterMs);
    await shop.build("frontend", "frontend-1");
    const asked = await openRequest(shop);
    const { name, raw } = await shop.snapshotOf("frontend-1");
    expect(asked.metadata.labels).toEqual({
      "resolution.tekton.dev/type": "git",
      "konflux-ci.dev/created-by": "integration-service",
    });
    expect(asked.metadata.ownerReferences).toMatchObject([{ kind: "Snapshot", name, uid: raw.metadata.uid }]);
    expect(asked.spec.params).toEqual([
      { name: "url", value: "https://git.example/shop/frontend.git" },
      { name: "revision", value: "main" },
      { name: "pathInRepo", value: "tests/e2e.yaml" },
    ]);
    expect(await shop.testRuns()).toEqual([]);
    await answerRequest(shop, asked, run);
    const [made] = await waitFor(
      "the run is made",
      () => shop.list<Run>("PipelineRun", "test.appstudio.openshift.io/scenario=e2e"),
      ({ length }) => length > 0,
    );
    expect(made!.metadata).toMatchObject({
      name: asked.metadata.name,
      namespace: shop.namespace,
      finalizers: ["test.appstudio.openshift.io/pipelinerun"],
      labels: {
        team: "web",
        "pipelines.appstudio.openshift.io/type": "test",
        "appstudio.openshift.io/snapshot": name,
      },
    });
    const snapshotParam = (made!.spec["params"] as readonly { readonly value: string }[])[0]!.value;
    expect(JSON.parse(snapshotParam)).toMatchObject({
      components: [{ name: "frontend", containerImage: image("frontend", "frontend-1") }],
    });
    expect(made!.spec).toMatchObject({
      pipelineSpec: { tasks: [{ taskRef: { params: [{}, { name: "revision", value: "main" }, {}] } }] },
      params: [{ name: "SNAPSHOT" }, { name: "BROWSER", value: "firefox" }, { name: "SIZES", value: ["s", "m"] }],
      timeouts: { pipeline: "2h0m0s" },
      taskRunTemplate: { serviceAccountName: "mine" },
      workspaces: [{ name: "source", emptyDir: {} }],
    });
    expect(await shop.list("ResolutionRequest")).toEqual([]);
    held.open();
    await shop.outcomeOf("frontend-1", "True Promoted");
  });

  test("of a pull request is fetched from the request, and so is every task of it from there", async (context) => {
    const shop = await open(context);
    await shop.build("frontend", "frontend-pr", {
      labels: {
        "pipelinesascode.tekton.dev/event-type": "pull_request",
        "pipelinesascode.tekton.dev/pull-request": "7",
      },
      annotations: {
        "pipelinesascode.tekton.dev/repo-url": "https://git.example/shop/frontend",
        "pipelinesascode.tekton.dev/branch": "main",
        "pipelinesascode.tekton.dev/source-repo-url": "https://git.example/ada/frontend",
        "pipelinesascode.tekton.dev/sha": "0123abc",
      },
    });
    const fromRequest = [
      { name: "url", value: "https://git.example/ada/frontend.git" },
      { name: "revision", value: "0123abc" },
    ];
    const asked = await openRequest(shop);
    expect(asked.spec.params.slice(0, 2)).toEqual(fromRequest);
    await answerRequest(shop, asked, run);
    await shop.outcomeOf("frontend-pr", "False PullRequest");
    const made = (await shop.get<Run>("PipelineRun", asked.metadata.name))!;
    expect(made.spec["pipelineSpec"]).toMatchObject({
      tasks: [{ taskRef: { params: [...fromRequest, { name: "pathInRepo", value: "task.yaml" }] } }],
      finally: [{ taskRef: { resolver: "bundles", params: [{ name: "bundle", value: "registry.example/tasks" }] } }],
    });
  });

  test("that names something else is told so, and a re-run fetches it anew", async (context) => {
    const shop = await open(context);
    await shop.build("frontend", "frontend-1");
    await answerRequest(shop, await openRequest(shop), "kind: Pipeline\n");
    const { name, tests } = await shop.outcomeOf("frontend-1", "False TestsFailed");
    expect(tests["e2e"]).toMatchObject({
      status: "TestInvalid",
      details: expect.stringMatching(
        /^Creation of pipelineRun failed during creation due to: what spec.resolverRef fetched is no PipelineRun: /,
      ) as string,
    });
    expect(await shop.list("ResolutionRequest")).toEqual([]);
    await new Kubectl(shop.namespace).run("label", "snapshot", name, "test.appstudio.openshift.io/run=e2e");
    await answerRequest(shop, await openRequest(shop), run);
    await shop.outcomeOf("frontend-1", "True Promoted");
  });

  test("that cannot be fetched is told why", async (context) => {
    const shop = await open(context);
    await shop.build("frontend", "frontend-1");
    const { metadata } = await openRequest(shop);
    const message = "error requesting remote resource: no such file";
    const conditions = [{ type: "Succeeded", status: "False", reason: "ResolutionFailed", message }];
    await shop.patchStatus({ kind: "ResolutionRequest" }, metadata.name, { conditions });
    const { tests } = await shop.outcomeOf("frontend-1", "False TestsFailed");
    expect(tests["e2e"]!["details"]).toBe(
      `Creation of pipelineRun failed during creation due to: resolver git failed: ${message}.`,
    );
    expect(await shop.list("ResolutionRequest")).toEqual([]);
  });

  test("is fetched once more after a crash, and nothing is left behind", async (context) => {
    const { shop, start } = await openApart(context);
    const first = await start();
    await shop.furnish({ scenarios: [] });
    await new Kubectl(shop.namespace).apply(fetching("e2e"));
    await shop.scenariosValid(1);
    await shop.build("frontend", "frontend-1");
    const asked = await openRequest(shop);
    await first.kill();
    await answerRequest(shop, asked, run);
    await start();
    await shop.outcomeOf("frontend-1", "True Promoted");
    expect(await shop.list("ResolutionRequest")).toEqual([]);
    expect(await shop.testRuns()).toHaveLength(1);
  });
});
