import { expect, test } from "vitest";
import { labels } from "../api/labels.ts";
import type { KubeObject } from "../kube/object.ts";
import { componentGroupIndexes, projectComponentGroup } from "./component-group.ts";
import { componentIndexes, projectComponent } from "./component.ts";
import { pipelineRunIndexes, projectPipelineRun } from "./pipeline-run.ts";
import { projectReleasePlan, releasePlanIndexes } from "./release-plan.ts";
import { projectRelease, releaseIndexes } from "./release.ts";
import { projectScenario, scenarioIndexes } from "./scenario.ts";
import { projectSnapshot, snapshotIndexes } from "./snapshot.ts";
import { projectTaskRun, taskRunIndexes } from "./task-run.ts";

// What one tenant writes may lead to objects of its own namespace only, whatever it writes: every look-up is by a key or
// by a value of an index, and both begin with the namespace of the object that they were made from.

const foreign = "other/shop";

/** An object of namespace `own` all of whose texts point into another namespace. */
function hostile(type: string, more: object = {}): KubeObject {
  const pointing = Object.fromEntries(Object.values(labels).map((key) => [key, foreign]));
  return {
    metadata: {
      namespace: "own",
      name: "it",
      uid: "uid-1",
      resourceVersion: "7",
      labels: { ...pointing, [labels.pipelinesType]: type, [labels.snapshotType]: type },
      ownerReferences: [{ apiVersion: "v1", kind: "Snapshot", name: foreign, uid: "uid-2" }],
    },
    spec: {
      application: foreign,
      componentName: foreign,
      snapshot: foreign,
      releasePlan: foreign,
      target: "other",
      components: [],
    },
    ...more,
  } as KubeObject;
}

/** Leaves Velero's labels out, with which a Snapshot is of no interest at all. */
function snapshotOf(type: string): KubeObject {
  const object = hostile(type);
  const { [labels.veleroBackup]: _, [labels.veleroRestore]: __, ...own } = object.metadata.labels ?? {};
  return { ...object, metadata: { ...object.metadata, labels: own } };
}

const members = [
  { name: foreign, kind: "ComponentGroup" },
  { name: foreign, componentVersion: { name: "v1" } },
];

type Index = (record: never) => readonly string[];

const kinds: readonly [string, (raw: KubeObject) => unknown, Readonly<Record<string, Index>>, KubeObject][] = [
  ["a Component", projectComponent, componentIndexes, hostile("")],
  ["a ComponentGroup", projectComponentGroup, componentGroupIndexes, hostile("", { spec: { components: members } })],
  ["a build", projectPipelineRun, pipelineRunIndexes, hostile("build")],
  ["a test run", projectPipelineRun, pipelineRunIndexes, hostile("test")],
  ["a ReleasePlan", projectReleasePlan, releasePlanIndexes, hostile("")],
  ["a Release", projectRelease, releaseIndexes, hostile("")],
  ["a scenario", projectScenario, scenarioIndexes, hostile("")],
  ["a Snapshot of a Component", projectSnapshot, snapshotIndexes, snapshotOf("component")],
  ["a Snapshot of a group", projectSnapshot, snapshotIndexes, snapshotOf("group")],
  ["a TaskRun", projectTaskRun, taskRunIndexes, hostile("")],
];

/** Holds how many run in all namespaces, and hands out nothing but their keys. */
const counted = "runningTests";

test.each(kinds)("%s is found in its own namespace only, wherever it points", (_kind, project, indexes, raw) => {
  const record = project(raw);
  expect(record).toMatchObject({ key: { namespace: "own" } });
  const values = Object.entries(indexes)
    .filter(([name]) => name !== counted)
    .flatMap(([, index]) => index(record as never));
  expect(values.length).toBeGreaterThan(0);
  expect(values.filter((value) => !/^(own$|own\/|(Application|ComponentGroup)\/own\/)/.test(value))).toEqual([]);
});
