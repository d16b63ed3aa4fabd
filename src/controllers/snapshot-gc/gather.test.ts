import { expect, test } from "vitest";
import { annotations, labels, pipelineTypes, snapshotTypes } from "../../api/labels.ts";
import { pipelineRunIndexes, projectPipelineRun } from "../../cache/pipeline-run.ts";
import { projectSnapshot, snapshotIndexes } from "../../cache/snapshot.ts";
import type { KubeObject } from "../../kube/object.ts";
import { createStore } from "../../runtime/store.ts";
import type { Environment } from "../environment.ts";
import { gather } from "./gather.ts";

const namespace = "shop";

const metadataOf = (name: string, own: Readonly<Record<string, string>>, said = {}): KubeObject["metadata"] => ({
  name,
  namespace,
  uid: name,
  resourceVersion: "1",
  creationTimestamp: "2026-11-01T12:00:00Z",
  labels: own,
  annotations: said,
});

const build = (name: string, said = {}): KubeObject => {
  const own = { [labels.pipelinesType]: pipelineTypes.build, [labels.component]: "cart" };
  const status = { conditions: [{ type: "Succeeded", status: "True", reason: "Succeeded" }] };
  return { metadata: metadataOf(name, own, said), status } as KubeObject;
};

/** One of a pull request in a ComponentGroup, of which everything has been told. */
const snapshotFor = (name: string, run: string): KubeObject => {
  const own = {
    [labels.snapshotType]: snapshotTypes.component,
    [labels.component]: "cart",
    [labels.buildPipelineRun]: run,
  };
  const components = [{ name: "cart", version: "v1", containerImage: "registry.example/cart@sha256:1" }];
  const conditions = [{ type: "Promoted", status: "False", reason: "PullRequest", message: "not promoted" }];
  return {
    metadata: metadataOf(name, own, { [annotations.version]: "v1" }),
    spec: { componentGroup: "web", components },
    status: { conditions },
  } as KubeObject;
};

function environmentOf(snapshots: readonly KubeObject[], runs: readonly KubeObject[]): Environment {
  const nothing = { get: () => undefined, byIndex: () => [] };
  const caches = {
    snapshots: createStore({ indexes: snapshotIndexes }),
    pipelineRuns: createStore({ indexes: pipelineRunIndexes }),
    componentGroups: nothing,
    releases: nothing,
  };
  for (const each of snapshots) caches.snapshots.apply(projectSnapshot(each)!);
  for (const each of runs) caches.pipelineRuns.apply(projectPipelineRun(each)!);
  return { caches } as unknown as Environment;
}

test("a Snapshot is needed for as long as its build, which would have it made again, does not name it", () => {
  const snapshots = [snapshotFor("one", "waits"), snapshotFor("two", "linked"), snapshotFor("three", "pruned")];
  const runs = [build("waits"), build("linked", { [annotations.snapshot]: "two" })];
  const needed = gather(environmentOf(snapshots, runs), namespace, () => undefined).filter(({ isNeeded }) => isNeeded);
  expect(needed.map(({ name }) => name)).toEqual(["one"]);
});
