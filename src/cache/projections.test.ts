import { expect, test } from "vitest";
import type { KubeObject, ObjectMeta } from "../kube/object.ts";
import { projectApplication } from "./application.ts";
import { projectCandidateList } from "./candidate-list.ts";
import { projectComponent } from "./component.ts";
import { createdAt, identityOf } from "./identity.ts";
import { pipelineRunIndexes, projectPipelineRun, type PipelineRunRecord } from "./pipeline-run.ts";
import { projectReleasePlan, releasePlanIndexes } from "./release-plan.ts";
import { projectRelease, releaseIndexes } from "./release.ts";
import { projectScenario } from "./scenario.ts";
import { projectSnapshot } from "./snapshot.ts";
import { projectTaskRun } from "./task-run.ts";

const key = { namespace: "ns", name: "it" };
const metadata: ObjectMeta = { ...key, uid: "uid-1", resourceVersion: "7" };
const build = { "pipelines.appstudio.openshift.io/type": "build" };
const testRun = { "pipelines.appstudio.openshift.io/type": "test" };
const ofRun = { "tekton.dev/pipelineRun": "run" };

type Project = (
  raw: KubeObject,
) => { readonly key: object; readonly uid: string; readonly resourceVersion: string } | undefined;
const projections: readonly [string, Project, ObjectMeta["labels"]?][] = [
  ["an Application", projectApplication],
  ["a Component", projectComponent],
  ["a Snapshot", projectSnapshot],
  ["a scenario", projectScenario],
  ["a ReleasePlan", projectReleasePlan],
  ["a Release", projectRelease],
  ["a build", projectPipelineRun, build],
  ["a test run", projectPipelineRun, testRun],
  ["a TaskRun", projectTaskRun, ofRun],
  ["a candidate list", projectCandidateList],
];

/** Parsed, because only then is `__proto__` a key like any other, as in what the API server sends. */
const hostile = JSON.parse(`{
  "labels": { "__proto__": "x", "constructor": "y", "test.appstudio.openshift.io/run": "" },
  "annotations": {
    "__proto__": "x",
    "test.appstudio.openshift.io/status": "{{{",
    "test.appstudio.openshift.io/build-order": "[null]",
    "test.appstudio.openshift.io/gcl-revision": "-1"
  },
  "finalizers": [""],
  "ownerReferences": [{}],
  "creationTimestamp": "long ago"
}`) as Partial<ObjectMeta>;

const shapes: readonly [string, (labels: ObjectMeta["labels"]) => object][] = [
  ["labels, spec and status", (labels) => ({ metadata: { ...metadata, ...(labels && { labels }) } })],
  [
    "anything in spec and status",
    (labels) => ({ metadata: { ...metadata, labels: { ...labels }, annotations: {} }, spec: {}, status: {} }),
  ],
  [
    "a spec and a status, which are null",
    (labels) => ({ metadata: { ...metadata, labels: { ...labels } }, spec: null, status: null }),
  ],
  [
    "anything in its lists",
    (labels) => ({
      metadata: { ...metadata, labels: { ...labels }, finalizers: [], ownerReferences: [] },
      spec: { components: [], params: [], contexts: [] },
      status: { conditions: [], results: [], childReferences: [] },
      data: {},
    }),
  ],
  [
    "a sane word in its metadata",
    (labels) => ({
      metadata: { ...metadata, ...hostile, labels: { ...hostile.labels, ...labels } },
      status: { conditions: [{}], results: [{}], childReferences: [{}], startTime: "soon" },
      data: { ["__proto__"]: "x" },
    }),
  ],
];

test.each(
  shapes.flatMap(([without, make]) =>
    projections.map(([kind, project, labels]) => [kind, without, project, make(labels)] as const),
  ),
)("%s without %s is still known", (_kind, _without, project, raw) => {
  expect(project(raw as KubeObject)).toMatchObject({ key, uid: "uid-1", resourceVersion: "7" });
});

test.each<[string, Project, ObjectMeta["labels"]]>([
  ["a PipelineRun without a type", projectPipelineRun, {}],
  ["a PipelineRun of another type", projectPipelineRun, { "pipelines.appstudio.openshift.io/type": "release" }],
  [
    "a PipelineRun whose type every object has",
    projectPipelineRun,
    { "pipelines.appstudio.openshift.io/type": "constructor" },
  ],
  ["a TaskRun of no PipelineRun", projectTaskRun, {}],
  ["a TaskRun of a build", projectTaskRun, { ...ofRun, ...build }],
  ["a Snapshot that Velero backed up", projectSnapshot, { "velero.io/backup-name": "b" }],
  ["a Snapshot that Velero restored", projectSnapshot, { "velero.io/restore-name": "" }],
])("nothing is kept of %s", (_what, project, labels) => {
  expect(project({ metadata: { ...metadata, ...(labels && { labels }) } })).toBeUndefined();
});

test("an object without a namespace, uid and version has empty ones", () => {
  expect(identityOf({ metadata: { name: "it" } })).toEqual({
    key: { namespace: "", name: "it" },
    uid: "",
    resourceVersion: "",
  });
});

test.each([
  ["2026-11-01T12:00:00Z", Date.UTC(2026, 10, 1, 12)],
  [undefined, 0],
  ["long ago", 0],
])("what was created at %o was created at %i ms", (creationTimestamp, expected) => {
  expect(createdAt({ metadata: { name: "it", ...(creationTimestamp !== undefined && { creationTimestamp }) } })).toBe(
    expected,
  );
});

test.each<[string, ObjectMeta["annotations"], boolean]>([
  ["waits by default", {}, true],
  [
    "is made at once when the Application asks for that",
    { "test.appstudio.openshift.io/composite-mode": "immediate" },
    false,
  ],
  [
    "waits when the Application asks for something unknown",
    { "test.appstudio.openshift.io/composite-mode": "sometimes" },
    true,
  ],
])("a composite that is due %s", (_what, annotations, coalesce) => {
  expect(projectApplication({ metadata: { ...metadata, annotations: annotations ?? {} } }).coalesce).toBe(coalesce);
});

test.each<[string | undefined, boolean]>([
  [undefined, false],
  ["false", false],
  ["true", true],
  ["", true],
  ["until Monday", true],
])("an Application whose annotation paused says %j is paused: %j", (paused, expected) => {
  const annotations = paused === undefined ? {} : { "test.appstudio.openshift.io/paused": paused };
  expect(projectApplication({ metadata: { ...metadata, annotations } }).paused).toBe(expected);
});

test.each<[string, string, readonly string[]]>([
  ["log-level", "debug", []],
  ["composite-mode", "coalesce", []],
  ["log-level", "Debug", ['"Debug", which means nothing: it may be debug, info, warn, error']],
  ["composite-mode", "now", ['"now", which means nothing: it may be immediate, coalesce']],
])("what an Application's annotation %s: %s means to nobody is told", (name, value, problems) => {
  const annotations = { [`test.appstudio.openshift.io/${name}`]: value };
  expect(projectApplication({ metadata: { ...metadata, annotations } }).misunderstood).toEqual(
    problems.map((problem) => `Annotation test.appstudio.openshift.io/${name} says ${problem}`),
  );
});

test("what is being deleted is known as such", () => {
  const raw = { metadata: { ...metadata, deletionTimestamp: "2026-11-01T12:00:00Z" } };
  const records = [
    projectApplication(raw),
    projectComponent(raw),
    projectSnapshot(raw),
    projectScenario(raw),
    projectReleasePlan(raw),
  ];
  expect(records.map((record) => record?.deleting)).toEqual([true, true, true, true, true]);
});

test.each<[string, object, object]>([
  ["a plan that says nothing of automatic releases", {}, { name: "it" }],
  [
    "a plan that makes them",
    { labels: { "release.appstudio.openshift.io/auto-release": "true" } },
    { name: "it", autoReleaseLabel: "true" },
  ],
  [
    "a plan that does not",
    { labels: { "release.appstudio.openshift.io/auto-release": "false" } },
    { name: "it", autoReleaseLabel: "false" },
  ],
])("of a ReleasePlan: %s", (_what, over, facts) => {
  const raw: KubeObject & { spec: object } = { metadata: { ...metadata, ...over }, spec: { application: "shop" } };
  expect(projectReleasePlan(raw)).toMatchObject({
    owner: { kind: "Application", namespace: "ns", name: "shop" },
    facts,
  });
  expect(releasePlanIndexes.byOwner(projectReleasePlan(raw))).toEqual(["Application/ns/shop"]);
});

test("a ReleasePlan of no Application, or that is being deleted, is found under none", () => {
  const going = { metadata: { ...metadata, deletionTimestamp: "2026-11-01T12:00:00Z" }, spec: { application: "shop" } };
  expect([{ metadata }, going].flatMap((raw) => releasePlanIndexes.byOwner(projectReleasePlan(raw)))).toEqual([]);
});

test("a Release is found by its Snapshot, and tells whether a person made it", () => {
  const release = projectRelease({
    metadata,
    spec: { snapshot: "shop-1", releasePlan: "prod" },
    status: { automated: true },
  } as KubeObject);
  expect(release).toMatchObject({ snapshot: "shop-1", releasePlan: "prod", automated: true });
  expect(releaseIndexes.bySnapshot(release)).toEqual(["ns/shop-1"]);
  expect(projectRelease({ metadata }).automated).toBe(false);
});

function run(
  labels: ObjectMeta["labels"],
  over: object = {},
  more: Partial<ObjectMeta> = {},
): PipelineRunRecord | undefined {
  return projectPipelineRun({ metadata: { ...metadata, ...more, ...(labels && { labels }) }, ...over } as KubeObject);
}

const finished = {
  status: {
    startTime: "1970-01-01T00:00:01Z",
    completionTime: "1970-01-01T00:00:02Z",
    conditions: [{ type: "Succeeded", status: "True" }],
    results: [
      { name: "IMAGE_URL", value: "quay.io/cart" },
      { name: "LIST", value: ["a"] },
    ],
  },
};
const ofComponent = { ...build, "appstudio.openshift.io/component": "cart" };

test("of a build that has no Snapshot yet, all that its Snapshot is made from is kept", () => {
  const annotations = { "build.appstudio.openshift.io/repo": "r" };
  const finalizers = ["test.appstudio.openshift.io/pipelinerun", "other"];
  const creationTimestamp = "1970-01-01T00:00:00Z";
  expect(run(ofComponent, finished, { annotations, finalizers, creationTimestamp })).toEqual({
    key,
    uid: "uid-1",
    resourceVersion: "7",
    type: "build",
    state: "succeeded",
    deleting: false,
    held: true,
    finalizers,
    component: "cart",
    createdAt: 0,
    startedAt: 1000,
    finishedAt: 2000,
    labels: ofComponent,
    annotations,
    results: new Map([["IMAGE_URL", "quay.io/cart"]]),
  });
});

test("of a build whose Snapshot is named, nothing is kept that could be large", () => {
  const record = run(ofComponent, finished, { annotations: { "appstudio.openshift.io/snapshot": "shop-1" } });
  expect(record).toMatchObject({
    snapshot: "shop-1",
    component: "cart",
    labels: {},
    annotations: {},
    results: new Map(),
  });
});

test.each<[string, Partial<ObjectMeta>, object, readonly string[]]>([
  ["runs", {}, {}, ["ns/cart"]],
  ["succeeded", {}, finished, ["ns/cart"]],
  ["failed", {}, { status: { conditions: [{ type: "Succeeded", status: "False" }] } }, []],
  ["has its Snapshot", { annotations: { "appstudio.openshift.io/snapshot": "shop-1" } }, finished, []],
])("whether a build that %s is one to wait for", (_what, more, over, expected) => {
  const record = run(ofComponent, over, more)!;
  expect([pipelineRunIndexes.pendingByComponent(record), pipelineRunIndexes.bySnapshot(record)]).toEqual([
    expected,
    [],
  ]);
});

test("a build of no Component is not found by one", () => {
  expect(pipelineRunIndexes.pendingByComponent(run(build)!)).toEqual([]);
});

const labelled = {
  ...testRun,
  "appstudio.openshift.io/snapshot": "labelled",
  "test.appstudio.openshift.io/scenario": "e2e",
};
const snapshotOwner = { apiVersion: "appstudio.redhat.com/v1alpha1", kind: "Snapshot", name: "owner", uid: "uid-s" };

test.each<[string, Partial<ObjectMeta>, object]>([
  [
    "the one that owns it",
    { ownerReferences: [{ ...snapshotOwner, kind: "Pod" }, snapshotOwner] },
    { snapshot: "owner", snapshotUid: "uid-s" },
  ],
  ["the one that its label names, when none owns it", {}, { snapshot: "labelled", snapshotUid: "" }],
])("a test run's Snapshot is %s", (_what, more, expected) => {
  const record = run(labelled, {}, more);
  expect(record).toMatchObject({ type: "test", scenario: "e2e", state: "running", held: false, ...expected });
  expect(pipelineRunIndexes.bySnapshot(record!)).toHaveLength(1);
  expect(pipelineRunIndexes.pendingByComponent(record!)).toEqual([]);
});

test("a test run counts the TaskRuns that it says it has", () => {
  const childReferences = [{ kind: "TaskRun", name: "a" }, { name: "b" }, { kind: "Run", name: "c" }];
  expect(run(testRun, { status: { childReferences } })).toMatchObject({ taskRuns: 2 });
});

test.each<[string, object, object]>([
  ["that runs", {}, { finished: false }],
  ["that failed", { status: { conditions: [{ type: "Succeeded", status: "False" }] } }, { finished: true }],
  [
    "that reports garbage",
    { status: { results: [{ name: "TEST_OUTPUT", value: "x" }] } },
    { output: { task: "lint", output: { kind: "invalid" } } },
  ],
])("of a task %s", (_what, over, expected) => {
  const labels = { ...ofRun, "tekton.dev/pipelineTask": "lint" };
  expect(projectTaskRun({ metadata: { ...metadata, labels }, ...over })).toMatchObject({
    pipelineRun: "run",
    ...expected,
  });
});

test("a task without a name is called like its TaskRun", () => {
  const status = { results: [{ name: "TEST_OUTPUT", value: "x" }] };
  const record = projectTaskRun({ metadata: { ...metadata, labels: ofRun }, status } as KubeObject);
  expect(record?.output?.task).toBe("it");
});
