import { expect, test } from "vitest";
import type { ObjectMeta } from "../kube/object.ts";
import { projectSnapshot, snapshotIndexes, type SnapshotRecord } from "./snapshot.ts";

const own = "test.appstudio.openshift.io";
const pac = "pac.test.appstudio.openshift.io";

interface Given {
  readonly labels?: ObjectMeta["labels"];
  readonly annotations?: ObjectMeta["annotations"];
  readonly reason?: string;
}

/** A Snapshot of request 7, of Component cart from the branch "feature", unless said otherwise. */
function project({ labels = {}, annotations = {}, reason }: Given = {}): SnapshotRecord {
  const condition = { type: "AppStudioIntegrationStatus", status: "True", reason, message: "", lastTransitionTime: "" };
  return projectSnapshot({
    metadata: {
      name: "shop-1",
      namespace: "ns",
      labels: {
        [`${own}/type`]: "component",
        "appstudio.openshift.io/component": "cart",
        [`${pac}/event-type`]: "pull_request",
        [`${pac}/pull-request`]: "7",
        ...labels,
      },
      annotations: { [`${pac}/source-branch`]: "feature", ...annotations },
    },
    spec: { application: "shop", components: [{ name: "cart", containerImage: "cart@sha256:1" }] },
    status: { conditions: reason === undefined ? [] : [condition] },
  } as Parameters<typeof projectSnapshot>[0])!;
}

test("a pull request's Snapshot knows its request, its group, and what was built", () => {
  expect(project().pullRequest).toEqual({
    name: "shop-1",
    number: "7",
    group: { name: "feature", hash: expect.stringMatching(/^[0-9a-f]{62}$/) as string },
    over: false,
    exempt: false,
    order: { createdAt: 0, startedAt: 0, name: "" },
    eventType: "pull_request",
    image: { image: "cart@sha256:1" },
  });
});

test("a group's hash is sha256 of its name, cut to 62 digits", () => {
  expect(project({ annotations: { [`${pac}/source-branch`]: "feature1" } }).pullRequest?.group?.hash).toBe(
    "422b73c7c4c9a3387b38fceaa85a838a81dcf6abcfc3852ef9e91dcca27a0d",
  );
});

test("what a Snapshot says of its group counts, not what the rule would", () => {
  const said = { labels: { [`${own}/pr-group-sha`]: "abc" }, annotations: { [`${own}/pr-group`]: "mine" } };
  expect(project(said).pullRequest?.group).toEqual({ name: "mine", hash: "abc" });
  expect(project({ labels: said.labels }).pullRequest?.group?.name).toBe("feature");
});

test.each([
  ["true", true],
  ["T", true],
  ["1", true],
  ["yes", false],
  ["false", false],
])("the annotation ignore-supersession: %s means %s, as upstream reads it", (text, exempt) => {
  expect(project({ annotations: { [`${own}/ignore-supersession`]: text } }).pullRequest?.exempt).toBe(exempt);
});

const found = (record: SnapshotRecord): readonly string[] =>
  (["byGroup", "byRequest", "liveByComponent"] as const).flatMap((index) => snapshotIndexes[index](record));

test.each<[string, Given, boolean]>([
  ["that waits for nothing newer", {}, true],
  ["whose tests are finished", { reason: "Finished" }, true],
  ["that something newer has put aside", { reason: "Canceled" }, false],
  ["whose request is merged", { annotations: { [`${own}/pr-status`]: "merged" } }, false],
  ["whose request somebody calls closed", { annotations: { [`${own}/pr-status`]: "closed" } }, false],
  ["of a push", { labels: { [`${pac}/event-type`]: "push" } }, false],
  ["of type override", { labels: { [`${own}/type`]: "override" } }, false],
])("a Snapshot %s stands for its pull request: %s", (_what, given, live) => {
  expect(found(project(given)).length > 0).toBe(live);
});

test.each([
  ["https://git.example/shop", "ns/7/https://git.example/shop"],
  ["https://git.example/shop.git", "ns/7/https://git.example/shop"],
  ["https://git.example/shop/", "ns/7/https://git.example/shop"],
  [undefined, "ns/7/component cart"],
])("a push that names a pull request merges that request of repository %s", (url, request) => {
  const annotations = url === undefined ? {} : { [`${pac}/repo-url`]: url };
  const push = project({ labels: { [`${pac}/event-type`]: "push" }, annotations });
  expect(snapshotIndexes.byMergedRequest(push)).toEqual([request]);
  expect(snapshotIndexes.byRequest(project({ annotations }))).toEqual([request]);
});

test("a group Snapshot knows its group and the builds it was made from", () => {
  const member = { namespace: "ns", component: "cart", buildPipelineRun: "b", snapshot: "s" };
  const group = {
    labels: { [`${own}/type`]: "group", [`${own}/pr-group-sha`]: "abc" },
    annotations: { [`${own}/pr-group`]: "mine", [`${own}/group-test-info`]: JSON.stringify([member]) },
  };
  const record = project(group);
  expect(record.ofGroup).toMatchObject({ group: { name: "mine", hash: "abc" }, members: [member] });
  expect(record.pullRequest).toBeUndefined();
  expect(snapshotIndexes.ofGroup(record)).toEqual(["ns/abc"]);
  expect(snapshotIndexes.ofGroup(project({ ...group, reason: "Canceled" }))).toEqual([]);
});

test.each(["{{{", "{}", '[{"component":"cart"}]'])("a group Snapshot whose members read %s has none", (text) => {
  const record = project({
    labels: { [`${own}/type`]: "group", [`${own}/pr-group-sha`]: "abc" },
    annotations: { [`${own}/pr-group`]: "mine", [`${own}/group-test-info`]: text },
  });
  expect(record.ofGroup?.members).toEqual([]);
});
