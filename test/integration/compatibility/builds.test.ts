import { describe, expect, test } from "vitest";
import { Kubectl } from "../support/kubectl.ts";
import type { Shop } from "../support/shop.ts";
import { openApart, useOperator } from "../support/shops.ts";
import { letPass, waitFor } from "../support/wait.ts";

// Build PipelineRuns: which are taken up, when, and as what.
const shops = useOperator();

/** A build as the build service and Pipelines-as-Code make it. */
const build = (name: string, more = "", annotations = ""): string => `
apiVersion: tekton.dev/v1
kind: PipelineRun
metadata:
  name: ${name}
  labels:
    appstudio.openshift.io/application: shop
    appstudio.openshift.io/component: frontend
    pipelines.appstudio.openshift.io/type: build
    ${more.trim()}
  annotations:
    build.appstudio.redhat.com/commit_sha: 0123abc
    ${annotations.trim()}
spec:
  pipelineRef: { name: docker-build }
`;

const pac = "pipelinesascode.tekton.dev";
const workflowOf = async (shop: Shop, name: string): Promise<string | undefined> =>
  (await shop.snapshotOf(name)).raw.metadata.annotations?.["test.appstudio.openshift.io/integration-workflow"];

async function apply(shop: Shop, manifest: string, name: string): Promise<void> {
  await new Kubectl(shop.namespace).apply(manifest);
  await shop.finishBuild("frontend", name);
}

describe.concurrent("a build counts as", () => {
  test.for([
    ["a push", "without an event", "", "", "push"],
    ["a push", "of event push", `${pac}/event-type: push`, "", "push"],
    ["a push", "of GitLab's event Push", `${pac}/event-type: Push`, "", "push"],
    ["a push", "of any event without a pull request", `${pac}/event-type: incoming`, "", "push"],
    [
      "a push",
      "of a push that merged a pull request",
      `${pac}/event-type: push\n    ${pac}/pull-request: "7"`,
      "",
      "push",
    ],
    [
      "a pull request",
      "of event pull_request",
      `${pac}/event-type: pull_request\n    ${pac}/pull-request: "7"`,
      "",
      "pull-request",
    ],
    [
      "a pull request",
      "of GitLab's event Merge_Request",
      `${pac}/event-type: Merge_Request\n    ${pac}/pull-request: "7"`,
      "",
      "pull-request",
    ],
    [
      "a pull request",
      "that somebody asked for in a comment",
      `${pac}/event-type: retest-all-comment\n    ${pac}/pull-request: "7"`,
      "",
      "pull-request",
    ],
    [
      "a pull request",
      "of a merge queue's branch",
      `${pac}/event-type: push`,
      `${pac}/source-branch: refs/heads/gh-readonly-queue/main/pr-7-0123abc`,
      "pull-request",
    ],
  ] as const)("%s: %s", async ([, , labels, annotations, workflow], context) => {
    const shop = await shops.open(context);
    await shop.furnish({ components: ["frontend"], scenarios: [] });
    await apply(shop, build("frontend-1", labels, annotations), "frontend-1");
    expect(await workflowOf(shop, "frontend-1")).toBe(workflow);
    await shop.outcomeOf("frontend-1", workflow === "push" ? "True Promoted" : "False PullRequest");
  });
});

describe.concurrent("a PipelineRun", () => {
  test("of another type is left alone", async (context) => {
    const shop = await shops.open(context);
    await shop.furnish({ components: ["frontend"], scenarios: [] });
    const types = ["managed", "tenant", "final", "Build"];
    for (const type of types) {
      const name = `run-${type.toLowerCase()}`;
      await apply(shop, build(name).replace("type: build", `type: ${type}`), name);
    }
    await shop.build("frontend", "frontend-1");
    await shop.outcomeOf("frontend-1", "True Promoted");
    expect(await shop.snapshots()).toHaveLength(1);
    for (const type of types) {
      const { metadata } = (await shop.get("PipelineRun", `run-${type.toLowerCase()}`))!;
      expect(metadata.finalizers ?? []).toEqual([]);
      expect(Object.keys(metadata.annotations!)).not.toContain("test.appstudio.openshift.io/create-snapshot-status");
    }
  });

  test("gets its Snapshot once Chains is done with it, where that is asked for, also when Chains failed", async (context) => {
    const { shop, start } = await openApart(context);
    await start("--require-chains-signature");
    await shop.furnish({ components: ["frontend"], scenarios: [] });
    await apply(shop, build("frontend-1"), "frontend-1");
    await letPass(1500);
    expect(await shop.snapshots()).toEqual([]);
    await new Kubectl(shop.namespace).run("annotate", "pipelinerun", "frontend-1", "chains.tekton.dev/signed=failed");
    await shop.outcomeOf("frontend-1", "True Promoted");
  });

  test("that failed leaves nothing on itself, signed or not", async (context) => {
    const shop = await shops.open(context);
    await shop.furnish({ components: ["frontend"], scenarios: [] });
    const kubectl = new Kubectl(shop.namespace);
    await kubectl.apply(build("frontend-1"));
    const held = async (): Promise<number> =>
      (await shop.get("PipelineRun", "frontend-1"))?.metadata.finalizers?.length ?? 0;
    await waitFor("the build is held", held, (count) => count === 1);
    const status = { conditions: [{ type: "Succeeded", status: "False", reason: "Failed" }] };
    await shop.patchStatus({ kind: "PipelineRun" }, "frontend-1", status);
    await waitFor("the build is let go", held, (count) => count === 0);
    const { metadata } = (await shop.get("PipelineRun", "frontend-1"))!;
    expect(Object.keys(metadata.annotations!).filter((key) => key.startsWith("test.appstudio"))).toEqual([]);
    expect(await shop.snapshots()).toEqual([]);
  });
});
