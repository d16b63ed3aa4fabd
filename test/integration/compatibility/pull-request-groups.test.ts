import { createHash } from "node:crypto";
import { describe, expect, test } from "vitest";
import { annotations, labels } from "../../../src/api/labels.ts";
import type { KubeObject } from "../../../src/kube/object.ts";
import { finishBuild } from "../../tekton/builds.ts";
import { scenario } from "../support/manifests.ts";
import { image, kinds, type Shop } from "../support/shop.ts";
import { openApart, useOperator } from "../support/shops.ts";
import { passes } from "../support/tekton.ts";
import { conditionOf, type SnapshotView } from "../support/views.ts";
import { letPass, waitFor } from "../support/wait.ts";

// Pull-request groups, group Snapshots and superseding, as upstream's users know them: labels, annotations and texts are its.
const shops = useOperator();

const hashOf = (group: string): string => createHash("sha256").update(group).digest("hex").slice(0, 62);
const repoOf = (component: string): string => `https://git.example/shop/${component}`;

/** What Pipelines-as-Code writes on a build of a pull request. */
function request(component: string, { branch = "feature", number = "7" } = {}) {
  return {
    labels: {
      "pipelinesascode.tekton.dev/event-type": "pull_request",
      "pipelinesascode.tekton.dev/pull-request": number,
    },
    annotations: {
      "pipelinesascode.tekton.dev/source-branch": branch,
      "pipelinesascode.tekton.dev/repo-url": repoOf(component),
      "tekton.dev/pipelinerunSpanContext": `{"traceparent":"of ${component}"}`,
    },
  };
}

const pushed = (shop: Shop, component: string, name: string): Promise<void> => shop.build(component, name);
const requested = (shop: Shop, component: string, name: string, how = {}): Promise<void> =>
  shop.build(component, name, request(component, how));

async function groupSnapshots(shop: Shop): Promise<readonly SnapshotView[]> {
  return (await shop.snapshots()).filter(({ type }) => type === "group");
}

/** The group Snapshots, once there are so many. */
function thatMany(shop: Shop, count: number): Promise<readonly SnapshotView[]> {
  return waitFor(
    `there are ${String(count)} group Snapshots`,
    () => groupSnapshots(shop),
    (all) => all.length === count,
  );
}

/** What a build's Snapshot says of its group, once it does so in these words. */
async function says(shop: Shop, build: string, text: string): Promise<void> {
  const { name } = await shop.snapshotOf(build);
  await waitFor(
    `the Snapshot of ${build} says: ${text}`,
    async () => (await shop.snapshot(name))?.raw.metadata.annotations?.[annotations.groupSnapshotStatus],
    (said) => said === text,
  );
}

const integrationOf = (snapshot: SnapshotView | undefined): string => {
  const condition = snapshot && conditionOf(snapshot.raw, "AppStudioIntegrationStatus");
  return `${condition?.status ?? ""} ${condition?.reason ?? ""}: ${condition?.message ?? ""}`;
};

/** A Snapshot once its condition AppStudioIntegrationStatus is as given. */
async function becomes(shop: Shop, name: string, integration: string): Promise<SnapshotView> {
  const seen = await waitFor(
    `Snapshot ${name} becomes ${integration}`,
    () => shop.snapshot(name),
    (snapshot) => integrationOf(snapshot) === integration,
  );
  return seen!;
}

async function runsOf(shop: Shop, snapshot: string) {
  return (await shop.testRuns()).filter(({ metadata }) => metadata.labels?.[labels.snapshot] === snapshot);
}

describe.concurrent("pull requests of one branch in several Components", () => {
  test("are tested together once: their images, and the candidates of the rest", async (context) => {
    const shop = await shops.open(context);
    await shop.furnish({ components: ["frontend", "backend", "worker"] });
    await shop.create(scenario("together", "shop", { contexts: [{ name: "group" }] }));
    await shop.scenariosValid(3);
    await pushed(shop, "worker", "worker-1");
    await shop.outcomeOf("worker-1", "True Promoted");
    await requested(shop, "frontend", "frontend-pr", { branch: "feature@part-1" });
    await requested(shop, "backend", "backend-pr", { number: "8" });
    const [group] = await thatMany(shop, 1);
    const tested = await shop.snapshotThat(group!.name, "False PullRequest");
    expect(tested.images).toEqual({
      backend: image("backend", "backend-pr"),
      frontend: image("frontend", "frontend-pr"),
      worker: image("worker", "worker-1"),
    });
    expect(Object.keys(tested.tests).toSorted()).toEqual(["end-to-end", "smoke", "together"]);
    expect(tested.raw.metadata.labels).toMatchObject({
      "test.appstudio.openshift.io/type": "group",
      "appstudio.openshift.io/application": "shop",
      "test.appstudio.openshift.io/pr-group-sha": hashOf("feature"),
      "pac.test.appstudio.openshift.io/event-type": "pull_request",
    });
    expect(tested.raw.metadata.annotations).toMatchObject({
      "test.appstudio.openshift.io/pr-group": "feature",
      "test.appstudio.openshift.io/integration-workflow": "pull-request",
      "tekton.dev/pipelinerunSpanContext": expect.stringMatching(/of (frontend|backend)/) as string,
    });
    const [frontend, backend] = [await shop.snapshotOf("frontend-pr"), await shop.snapshotOf("backend-pr")];
    expect(JSON.parse(tested.raw.metadata.annotations!["test.appstudio.openshift.io/group-test-info"]!)).toEqual([
      {
        namespace: shop.namespace,
        component: "backend",
        buildPipelineRun: "backend-pr",
        snapshot: backend.name,
        repoUrl: repoOf("backend"),
        pullRequestNumber: "8",
      },
      {
        namespace: shop.namespace,
        component: "frontend",
        buildPipelineRun: "frontend-pr",
        snapshot: frontend.name,
        repoUrl: repoOf("frontend"),
        pullRequestNumber: "7",
      },
    ]);
    const created = `Group snapshot ${shop.namespace}/${tested.name} is created for pr group feature`;
    await says(shop, "frontend-pr", created);
    await says(shop, "backend-pr", created);
    for (const { name } of [frontend, backend]) await shop.snapshotThat(name, "False PullRequest");
    expect(await shop.quiet()).toMatchObject({ candidates: { worker: image("worker", "worker-1") } });
    expect((await shop.releases()).map(({ snapshot }) => snapshot)).not.toContain(tested.name);
    expect(await groupSnapshots(shop)).toHaveLength(1);
  });

  test("name their group on the build as soon as it is seen, and on its Snapshot", async (context) => {
    const shop = await shops.open(context);
    await shop.furnish();
    await shop.startBuild("frontend", "frontend-pr", request("frontend", { branch: "topic" }));
    const named = {
      labels: { "test.appstudio.openshift.io/pr-group-sha": hashOf("topic") },
      annotations: { "test.appstudio.openshift.io/pr-group": "topic" },
    };
    const run = await waitFor(
      "the build is held",
      () => shop.get("PipelineRun", "frontend-pr"),
      (seen) => (seen?.metadata.finalizers ?? []).length === 1,
    );
    expect(run!.metadata).toMatchObject(named);
    await shop.finishBuild("frontend", "frontend-pr");
    const { raw, name } = await shop.snapshotOf("frontend-pr");
    expect(raw.metadata).toMatchObject(named);
    expect(raw.metadata.annotations?.["test.appstudio.openshift.io/integration-workflow"]).toBe("pull-request");
    await says(
      shop,
      "frontend-pr",
      `The number 1 of component snapshots belonging to this pr group hash ${hashOf("topic")} is less than 2, skipping group snapshot creation`,
    );
    await shop.snapshotThat(name, "False PullRequest");
    expect(await groupSnapshots(shop)).toEqual([]);
  });

  test("wait for a build that runs, are held up by one that fails, and go on with the next", async (context) => {
    const shop = await shops.open(context);
    await shop.furnish();
    await shop.startBuild("backend", "backend-1", request("backend"));
    await requested(shop, "frontend", "frontend-1");
    const about = `The build pipelineRun ${shop.namespace}/backend-1 with pr group feature`;
    await says(shop, "frontend-1", `${about} is still running, won't create group snapshot`);
    await finishBuild(shop.client, { namespace: shop.namespace, component: "backend", name: "backend-1" }, "False");
    await says(shop, "frontend-1", `${about} failed, won't create group snapshot`);
    expect(await groupSnapshots(shop)).toEqual([]);
    await requested(shop, "backend", "backend-2");
    const [group] = await thatMany(shop, 1);
    expect(group!.images).toEqual({
      backend: image("backend", "backend-2"),
      frontend: image("frontend", "frontend-1"),
    });
    await says(shop, "frontend-1", `Group snapshot ${shop.namespace}/${group!.name} is created for pr group feature`);

    await shop.startBuild("backend", "backend-3", request("backend"));
    await says(
      shop,
      "frontend-1",
      "a new build PLR backend-3 is running for component backend, waiting for it to create a new group Snapshot for PR group feature",
    );
    await shop.finishBuild("backend", "backend-3");
    const groups = await thatMany(shop, 2);
    expect(groups.map(({ images }) => images["backend"])).toContain(image("backend", "backend-3"));
  });

  test("leave the group when a push says that they are merged", async (context) => {
    const shop = await shops.open(context);
    await shop.furnish({ components: ["frontend", "backend", "worker"] });
    for (const each of ["frontend", "backend", "worker"]) await requested(shop, each, `${each}-pr`);
    await waitFor(
      "all three are in one group Snapshot",
      () => groupSnapshots(shop),
      (all) => all.some(({ images }) => Object.keys(images).length === 3),
    );
    await shop.build("worker", "worker-merged", {
      labels: { "pipelinesascode.tekton.dev/pull-request": "7" },
      annotations: { "pipelinesascode.tekton.dev/repo-url": `${repoOf("worker")}.git` },
    });
    const { name } = await shop.snapshotOf("worker-pr");
    await waitFor(
      "the merged request's Snapshot says so",
      () => shop.snapshot(name),
      (seen) => seen?.raw.metadata.annotations?.["test.appstudio.openshift.io/pr-status"] === "merged",
    );
    await shop.outcomeOf("worker-merged", "True Promoted");
    const before = (await groupSnapshots(shop)).map((each) => each.name);
    await requested(shop, "frontend", "frontend-pr-2");
    const after = await waitFor(
      "what is left is put together anew",
      () => groupSnapshots(shop),
      (all) => all.length > before.length,
    );
    const latest = after.find((each) => !before.includes(each.name))!;
    expect(latest.images).toEqual({
      backend: image("backend", "backend-pr"),
      frontend: image("frontend", "frontend-pr-2"),
      worker: image("worker", "worker-merged"),
    });
    const info = latest.raw.metadata.annotations!["test.appstudio.openshift.io/group-test-info"]!;
    expect((JSON.parse(info) as readonly { component: string }[]).map(({ component }) => component)).toEqual([
      "backend",
      "frontend",
    ]);
  });

  test("say why no group Snapshot can be made, and get one when the candidate list is mended", async (context) => {
    const shop = await shops.open(context);
    await shop.furnish({ components: ["frontend", "backend", "worker"] });
    await pushed(shop, "worker", "worker-1");
    await shop.outcomeOf("worker-1", "True Promoted");
    await shop.startBuild("worker", "worker-pr", request("worker"));
    for (const each of ["frontend", "backend"]) await requested(shop, each, `${each}-pr`);
    const waiting = `The build pipelineRun ${shop.namespace}/worker-pr with pr group feature is still running, won't create group snapshot`;
    for (const each of ["frontend", "backend"]) await says(shop, `${each}-pr`, waiting);
    const list = await shop.get<KubeObject & { readonly data: Readonly<Record<string, string>> }>(
      "ConfigMap",
      "shop-gcl",
    );
    await shop.patch(kinds.configMap, "shop-gcl", { data: { worker: "no JSON" } });
    await shop.remove(kinds.pipelineRun, "worker-pr");
    const { name } = await shop.snapshotOf("frontend-pr");
    await waitFor(
      "it says that the list cannot be read",
      async () => (await shop.snapshot(name))?.raw.metadata.annotations?.[annotations.groupSnapshotStatus] ?? "",
      (said) =>
        said.startsWith(
          'Failed to create group snapshot for pr group feature due to error ConfigMap shop-gcl is unreadable: data["worker"]',
        ),
    );
    expect(await groupSnapshots(shop)).toEqual([]);
    await shop.patch(kinds.configMap, "shop-gcl", { data: { worker: list!.data["worker"] } });
    const [group] = await thatMany(shop, 1);
    await says(shop, "frontend-pr", `Group snapshot ${shop.namespace}/${group!.name} is created for pr group feature`);
    expect(group!.images["worker"]).toBe(image("worker", "worker-1"));
  });

  test("are put together once for each set of builds, however often the operator is killed", async (context) => {
    const { shop, start } = await openApart(context);
    let operator = await start();
    const parts = ["frontend", "backend", "worker"];
    await shop.furnish({ components: parts });
    shop.tekton.play = () => passes(150);
    const building = (async () => {
      for (const round of ["1", "2"])
        for (const each of parts) {
          await requested(shop, each, `${each}-${round}`);
          await letPass(120);
        }
    })();
    for (const ms of [200, 350, 150]) {
      await letPass(ms);
      await operator.kill();
      operator = await start();
    }
    await building;
    for (const each of parts) await shop.snapshotOf(`${each}-2`);
    const last = Object.fromEntries(parts.map((each) => [each, image(each, `${each}-2`)]));
    const groups = await waitFor(
      "the last builds are tested together",
      () => groupSnapshots(shop),
      (all) => all.some(({ images, promoted }) => same(images, last) && promoted === "False PullRequest"),
    );
    await shop.concluded();
    const sets = groups.map(({ raw }) => raw.metadata.annotations?.[annotations.groupTestInfo]);
    expect(new Set(sets).size).toBe(groups.length);
    for (const each of parts)
      await waitFor(
        `the Snapshot of ${each}-2 names the group Snapshot`,
        async () => (await shop.snapshotOf(`${each}-2`)).raw.metadata.annotations?.[annotations.groupSnapshotStatus],
        (said) => said?.startsWith("Group snapshot ") ?? false,
      );
    expect(await shop.releases()).toEqual([]);
  });
});

const same = (a: object, b: object): boolean => JSON.stringify(sorted(a)) === JSON.stringify(sorted(b));
const sorted = (images: object): unknown => Object.entries(images).toSorted(([a], [b]) => (a < b ? -1 : 1));

describe.concurrent("something newer of the same pull request", () => {
  test("stops the tests of what is older as soon as it is built, group and all, and is tested in their place", async (context) => {
    const shop = await shops.open(context);
    await shop.furnish({ scenarios: ["smoke"] });
    const gate = shop.tekton.gate();
    shop.tekton.play = () => passes(gate.afterMs);
    for (const each of ["frontend", "backend"]) await requested(shop, each, `${each}-1`);
    const [group] = await thatMany(shop, 1);
    const [older, other] = [await shop.snapshotOf("frontend-1"), await shop.snapshotOf("backend-1")];
    for (const { name } of [group!, older, other])
      await waitFor(
        `Snapshot ${name} is in testing`,
        () => runsOf(shop, name),
        (runs) => runs.length === 1,
      );
    await shop.startBuild("frontend", "frontend-2", request("frontend"));
    for (const { name } of [group!, older]) {
      const canceled = await becomes(shop, name, "True Canceled: Canceled - Superseded by new build");
      expect(canceled.promoted).toBe("False Canceled");
      const [run] = await waitFor(
        `the test of ${name} is stopped`,
        () => runsOf(shop, name),
        (runs) => runs.every(({ spec }) => spec?.["status"] === "CancelledRunFinally"),
      );
      expect(run!.metadata.annotations).toMatchObject({ "pac.test.appstudio.openshift.io/cancelled": "true" });
    }
    expect((await runsOf(shop, other.name))[0]!.spec?.["status"]).toBeUndefined();
    await shop.finishBuild("frontend", "frontend-2");
    gate.open();
    await shop.outcomeOf("frontend-2", "False PullRequest");
    const groups = await thatMany(shop, 2);
    const next = groups.find(({ name }) => name !== group!.name)!;
    await shop.snapshotThat(next.name, "False PullRequest");
    await shop.concluded();
    expect((await shop.snapshot(other.name))!.promoted).toBe("False PullRequest");
  });

  test("puts finished Snapshots aside too, and leaves what their tests said", async (context) => {
    const shop = await shops.open(context);
    await shop.furnish({ scenarios: ["smoke"] });
    await requested(shop, "frontend", "frontend-1");
    const { name } = await shop.outcomeOf("frontend-1", "False PullRequest");
    await requested(shop, "frontend", "frontend-2");
    const aside = await waitFor(
      "the older one is put aside",
      () => shop.snapshot(name),
      (snapshot) => conditionOf(snapshot!.raw, "AppStudioIntegrationStatus")?.reason === "Canceled",
    );
    expect(conditionOf(aside!.raw, "AppStudioTestSucceeded")).toMatchObject({ status: "True", reason: "Passed" });
    expect(aside!.promoted).toBe("False PullRequest");
    await shop.outcomeOf("frontend-2", "False PullRequest");
  });

  test("spares what asks to be tested all the same, and whatever a push built", async (context) => {
    const shop = await shops.open(context);
    await shop.furnish({ scenarios: ["smoke"] });
    const gate = shop.tekton.gate();
    shop.tekton.play = () => passes(gate.afterMs);
    const { labels: own, annotations: said } = request("frontend");
    const spared = { ...said, "test.appstudio.openshift.io/ignore-supersession": "True" };
    await shop.build("frontend", "spared", { labels: own, annotations: spared });
    await pushed(shop, "frontend", "push-1");
    await shop.snapshotOf("spared");
    await shop.snapshotOf("push-1");
    await pushed(shop, "frontend", "push-2");
    await requested(shop, "frontend", "newer");
    await shop.snapshotOf("newer");
    gate.open();
    await shop.outcomeOf("newer", "False PullRequest");
    await shop.outcomeOf("spared", "False PullRequest");
    await shop.concluded();
    expect((await shop.snapshotOf("push-1")).promoted).not.toBe("False Canceled");
    const stopped = (await shop.testRuns()).filter(({ spec }) => spec?.["status"] !== undefined);
    expect(stopped).toEqual([]);
    expect(await shop.quiet()).toMatchObject({ candidates: { frontend: image("frontend", "push-2") } });
  });

  test("is what was built later, not what ended later", async (context) => {
    const shop = await shops.open(context);
    await shop.furnish({ scenarios: ["smoke"] });
    await shop.startBuild("frontend", "early", request("frontend"));
    await letPass(1100);
    await requested(shop, "frontend", "late");
    await requested(shop, "backend", "backend-1");
    await shop.outcomeOf("late", "False PullRequest");
    await shop.finishBuild("frontend", "early");
    const early = await shop.outcomeOf("early", "False Canceled");
    expect(integrationOf(early)).toBe("True Canceled: Snapshot canceled/superseded");
    const [group, ...rest] = await groupSnapshots(shop);
    expect(group!.images["frontend"]).toBe(image("frontend", "late"));
    expect(rest).toEqual([]);
  });
});

test("a build from a merge queue's branch is no push: it is tested, and neither promoted nor candidate", async (context) => {
  const shop = await shops.open(context);
  await shop.furnish({ scenarios: ["smoke"] });
  await shop.build("frontend", "queued", {
    annotations: { "pipelinesascode.tekton.dev/source-branch": "refs/heads/gh-readonly-queue/main/pr-7-0123abc" },
  });
  const { raw } = await shop.outcomeOf("queued", "False PullRequest");
  expect(raw.metadata.annotations?.["test.appstudio.openshift.io/integration-workflow"]).toBe("pull-request");
  expect((await shop.candidateList())?.candidates ?? {}).toEqual({});
  expect(await shop.releases()).toEqual([]);
});
