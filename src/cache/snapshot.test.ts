import { expect, test } from "vitest";
import type { KubeObject, ObjectMeta } from "../kube/object.ts";
import { projectSnapshot, snapshotIndexes, traitsOf } from "./snapshot.ts";

const own = "test.appstudio.openshift.io";
const pac = "pac.test.appstudio.openshift.io";

interface Given {
  readonly metadata?: Partial<ObjectMeta>;
  readonly spec?: object;
  readonly conditions?: readonly Condition[];
  readonly candidateList?: object;
}
interface Condition {
  readonly type: string;
  readonly status: string;
  readonly reason: string;
}

function project({ metadata, spec = { application: "shop", components: [] }, conditions, candidateList }: Given) {
  const status = { ...(conditions && { conditions }), ...(candidateList && { candidateList }) };
  return projectSnapshot({
    metadata: { name: "shop-1", namespace: "ns", uid: "uid-1", resourceVersion: "7", ...metadata },
    spec,
    status,
  } as KubeObject);
}

const promoted = (status: string, reason: string): Condition => ({ type: "Promoted", status, reason });
const testing = (status: string, reason: string): Condition => ({ type: "AppStudioIntegrationStatus", status, reason });
const done = [testing("True", "Finished"), promoted("True", "Promoted")];

const entries = (...statuses: readonly string[]): Partial<ObjectMeta> => ({
  annotations: {
    [`${own}/status`]: JSON.stringify(
      statuses.map((status, index) => ({
        scenario: `s${String(index)}`,
        status,
        lastUpdateTime: "t",
        isOptionalScenario: true,
        ...(status === "Pending" ? {} : { testPipelineRunName: `run-${String(index)}` }),
      })),
    ),
  },
});

test.each<[string, Given]>([
  ["was promoted", { conditions: done }],
  ["was not promoted", { conditions: [testing("True", "Finished"), promoted("False", "TestsFailed")] }],
  [
    "has outcomes for all its scenarios",
    { conditions: done, metadata: entries("TestPassed", "TestFail", "TestInvalid", "Deleted", "TestWarning") },
  ],
  [
    "was cancelled by upstream before a scenario had begun",
    { conditions: [testing("True", "Canceled")], metadata: entries("Pending") },
  ],
  [
    "has a status annotation that cannot be read",
    { conditions: done, metadata: { annotations: { [`${own}/status`]: "{" } } },
  ],
  [
    "was superseded by a composite that is named",
    {
      conditions: [promoted("False", "SupersededByComposite")],
      candidateList: { revision: 3, composite: "shop-composite-3" },
    },
  ],
  ["upstream finished", { conditions: [testing("True", "Finished")] }],
  ["upstream cancelled", { conditions: [testing("True", "Canceled")] }],
  ["upstream found invalid, or superseded", { conditions: [testing("False", "Invalid")] }],
])("of a Snapshot that %s, no content is kept", (_what, given) => {
  expect(project(given)).toMatchObject({ concluded: true });
  expect(project(given)?.open).toBeUndefined();
});

test.each<[string, Given, { readonly concluded: boolean; readonly open: object }]>([
  ["nothing is known yet", {}, { concluded: false, open: { retesting: false, awaitsComposite: false, entries: [] } }],
  [
    "its tests run",
    { conditions: [testing("Unknown", "InProgress")] },
    { concluded: false, open: { retesting: false } },
  ],
  ["upstream ran into an error", { conditions: [testing("False", "ErrorOccured")] }, { concluded: false, open: {} }],
  [
    "its promotion waits for tests",
    { conditions: [testing("Unknown", "InProgress"), promoted("Unknown", "TestsRunning")] },
    { concluded: false, open: { retesting: false } },
  ],
  [
    "its promotion waits for Releases, though its tests are finished",
    { conditions: [testing("True", "Finished"), promoted("Unknown", "ReleasesPending")] },
    { concluded: false, open: {} },
  ],
  [
    "its promotion waits for a person to repair the list",
    { conditions: [testing("True", "Finished"), promoted("Unknown", "CandidateListUnreadable")] },
    { concluded: false, open: {} },
  ],
  [
    "it is tested again",
    { conditions: [testing("Unknown", "InProgress"), promoted("True", "Promoted")] },
    { concluded: true, open: { retesting: true, awaitsComposite: false } },
  ],
  [
    "the composite that carries it on is not named yet",
    {
      conditions: [testing("True", "Finished"), promoted("False", "SupersededByComposite")],
      candidateList: { revision: 3 },
    },
    { concluded: true, open: { retesting: false, awaitsComposite: true } },
  ],
  [
    "an optional scenario has not finished",
    { conditions: done, metadata: entries("TestPassed", "InProgress") },
    { concluded: true, open: { retesting: false } },
  ],
  [
    "a person asks for a re-run",
    { conditions: done, metadata: { labels: { [`${own}/run`]: "e2e" } } },
    { concluded: true, open: { rerun: "e2e", retesting: false } },
  ],
  [
    "a person asks for a re-run of all",
    { conditions: done, metadata: { labels: { [`${own}/run`]: "all" } } },
    { concluded: true, open: { rerun: "all" } },
  ],
  [
    "a person asks for a re-run of what upstream finished",
    { conditions: [testing("True", "Finished")], metadata: { labels: { [`${own}/run`]: "e2e" } } },
    { concluded: true, open: { rerun: "e2e" } },
  ],
])("a Snapshot is kept whole while %s", (_while, given, expected) => {
  expect(project(given)).toMatchObject(expected);
});

test("of an open Snapshot, all that the decisions need is kept", () => {
  const spec = { application: "shop", components: [{ name: "cart", containerImage: "i" }] };
  const labels = {
    [`${own}/type`]: "component",
    "appstudio.openshift.io/component": "cart",
    "appstudio.openshift.io/build-pipelinerun": "build-1",
  };
  const ownerReferences = [{ apiVersion: "v1", kind: "Application", name: "shop", uid: "uid-a" }];
  const annotations = entries("InProgress").annotations!;
  const record = project({
    metadata: { labels, annotations, ownerReferences, creationTimestamp: "1970-01-01T00:00:01Z" },
    spec,
  });
  expect(record).toEqual({
    key: { namespace: "ns", name: "shop-1" },
    uid: "uid-1",
    resourceVersion: "7",
    owner: { kind: "Application", namespace: "ns", name: "shop" },
    type: "component",
    component: "cart",
    buildPipelineRun: "build-1",
    createdAt: 1000,
    deleting: false,
    concluded: false,
    canceled: false,
    candidateList: {},
    retention: { isPullRequest: false, isOutdated: false, awaitsGroup: false, revision: 0 },
    open: {
      isPush: true,
      spec,
      labels,
      annotations,
      owners: ownerReferences,
      conditions: [],
      entries: [
        {
          scenario: "s0",
          status: "InProgress",
          lastUpdateTime: "t",
          details: "",
          isOptionalScenario: true,
          testPipelineRunName: "run-0",
        },
      ],
      retesting: false,
      stopped: false,
      awaitsComposite: false,
    },
  });
});

test("of a concluded Snapshot, what finds and names it is kept", () => {
  const labels = {
    [`${own}/type`]: "component",
    "appstudio.openshift.io/component": "cart",
    "appstudio.openshift.io/build-pipelinerun": "build-1",
  };
  const record = project({ metadata: { labels }, conditions: done, candidateList: { revision: 3 } });
  expect(record).toEqual({
    key: { namespace: "ns", name: "shop-1" },
    uid: "uid-1",
    resourceVersion: "7",
    owner: { kind: "Application", namespace: "ns", name: "shop" },
    type: "component",
    component: "cart",
    buildPipelineRun: "build-1",
    createdAt: 0,
    deleting: false,
    concluded: true,
    canceled: false,
    candidateList: { revision: 3 },
    retention: { isPullRequest: false, isOutdated: false, awaitsGroup: false, revision: 3 },
  });
});

test.each<[string, ObjectMeta["labels"], ObjectMeta["annotations"], boolean]>([
  ["that a person made without any labels", {}, {}, true],
  ["of a push", { [`${pac}/event-type`]: "push" }, {}, true],
  ["of a push, as some spell it", { [`${pac}/event-type`]: "Push", [`${pac}/pull-request`]: "1" }, {}, true],
  ["of a webhook that is no pull request", { [`${pac}/event-type`]: "incoming" }, {}, true],
  ["of a pull request", { [`${pac}/event-type`]: "pull_request", [`${pac}/pull-request`]: "1" }, {}, false],
  [
    "of a comment on a pull request",
    { [`${pac}/event-type`]: "retest-comment", [`${pac}/pull-request`]: "1" },
    {},
    false,
  ],
  ["of a merge request", { [`${pac}/event-type`]: "Merge Request", [`${pac}/pull-request`]: "1" }, {}, false],
  [
    "of a merge queue",
    { [`${pac}/event-type`]: "push" },
    { [`${pac}/source-branch`]: "gh-readonly-queue/main/pr-1" },
    false,
  ],
  [
    "of a push to a branch named like a queue",
    { [`${pac}/event-type`]: "push" },
    { [`${pac}/source-branch`]: "my/gh-readonly-queue/x" },
    true,
  ],
])("whether a Snapshot %s counts as a push's", (_what, labels, annotations, isPush) => {
  expect(project({ metadata: { labels: labels ?? {}, annotations: annotations ?? {} } })?.open?.isPush).toBe(isPush);
});

test.each<[string, Given, string | undefined]>([
  ["the one its spec names", { spec: { application: "shop" } }, "shop"],
  [
    "the one its label names, when its spec names none",
    { spec: {}, metadata: { labels: { "appstudio.openshift.io/application": "shop" } } },
    "shop",
  ],
  ["none when nothing names one", { spec: {} }, ""],
  [
    "the one its spec names beside a ComponentGroup",
    { spec: { application: "shop", componentGroup: "group" } },
    "shop",
  ],
  [
    "the one its spec names beside an empty ComponentGroup",
    { spec: { application: "shop", componentGroup: "" } },
    "shop",
  ],
])("a Snapshot's Application is %s", (_what, given, expected) => {
  expect(project(given)?.owner).toEqual({ kind: "Application", namespace: "ns", name: expected });
});

test.each<[string, Given]>([
  ["when only a ComponentGroup has it", { spec: { componentGroup: "group" } }],
  ["when the Application's name is empty beside it", { spec: { application: "", componentGroup: "group" } }],
  [
    "whatever Application its label names",
    { spec: { componentGroup: "group" }, metadata: { labels: { "appstudio.openshift.io/application": "shop" } } },
  ],
])("a Snapshot belongs to its ComponentGroup %s", (_when, given) => {
  expect(project(given)?.owner).toEqual({ kind: "ComponentGroup", namespace: "ns", name: "group" });
});

test.each<[string, Given, object]>([
  [
    "an open one by its Application",
    {},
    { openByOwner: ["Application/ns/shop"], byOwner: ["Application/ns/shop"], byBuild: [] },
  ],
  [
    "one that is being deleted as history only",
    { metadata: { deletionTimestamp: "t" } },
    { openByOwner: [], byOwner: ["Application/ns/shop"], byBuild: [] },
  ],
  [
    "a concluded one as history only",
    { conditions: done },
    { openByOwner: [], byOwner: ["Application/ns/shop"], byBuild: [] },
  ],
  [
    "one of a build by that",
    { metadata: { labels: { "appstudio.openshift.io/build-pipelinerun": "b" } } },
    { openByOwner: ["Application/ns/shop"], byOwner: ["Application/ns/shop"], byBuild: ["ns/b"] },
  ],
])("a Snapshot is found, %s", (_what, given, expected) => {
  const record = project(given)!;
  expect(Object.fromEntries(Object.entries(snapshotIndexes).map(([name, index]) => [name, index(record)]))).toEqual({
    byPullRequest: [],
    byNamespace: ["ns"],
    byGroup: [],
    byRequest: [],
    liveByComponent: [],
    ofGroup: [],
    byMergedRequest: [],
    ...expected,
  });
});

test("a pull request's Snapshot is found by its Component and number, a push's is not", () => {
  const labels = {
    [`${own}/type`]: "component",
    "appstudio.openshift.io/component": "cart",
    [`${pac}/pull-request`]: "7",
  };
  const found = (eventType: string): readonly string[] =>
    snapshotIndexes.byPullRequest(
      project({
        metadata: { labels: { ...labels, [`${pac}/event-type`]: eventType } },
        spec: { application: "shop" },
      })!,
    );
  expect([found("pull_request"), found("push")]).toEqual([["ns/cart/7"], []]);
});

const composite = (images: Readonly<Record<string, string>>, over: Given = {}) =>
  project({
    metadata: { labels: { [`${own}/type`]: "composite" }, annotations: { [`${own}/gcl-revision`]: "3" } },
    spec: { components: Object.entries(images).map(([name, containerImage]) => ({ name, containerImage })) },
    ...over,
  })?.fingerprint;

test("a composite is told from another one by its content alone, even when it is concluded", () => {
  const fingerprint = composite({ a: "a1", b: "b1" });
  expect(fingerprint).toMatch(/^[0-9a-z]{11}$/);
  expect(composite({ b: "b1", a: "a1" }, { conditions: done })).toBe(fingerprint);
  expect(composite({ a: "a1", b: "b2" })).not.toBe(fingerprint);
  expect(composite({ a: "b1", b: "a1" })).not.toBe(fingerprint);
  expect(project({})).not.toHaveProperty("fingerprint");
  expect(composite({ a: "a1", b: "b1" }, { metadata: { labels: { [`${own}/type`]: "composite" } } })).toBeUndefined();
});

test("scenarios are matched against a Snapshot's type, event, Component and content", () => {
  const labels = { [`${own}/type`]: "component", "appstudio.openshift.io/component": "cart" };
  const spec = {
    components: [
      { name: "cart", containerImage: "i" },
      { name: "web", containerImage: "j" },
    ],
  };
  const record = project({ metadata: { labels }, spec })!;
  const traits = { type: "component", component: "cart", isPush: true, components: new Set(["cart", "web"]) };
  expect(traitsOf(record, record.open!)).toEqual(traits);
  const bare = project({ spec: {} })!;
  expect(traitsOf(bare, bare.open!)).toEqual({ type: "", isPush: true, components: new Set() });
});
