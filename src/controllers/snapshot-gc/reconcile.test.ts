import { beforeEach, expect, test } from "vitest";
import { annotations, labels, snapshotTypes } from "../../api/labels.ts";
import { projectCandidateList, renderCandidateList } from "../../cache/candidate-list.ts";
import { projectSnapshot, snapshotIndexes } from "../../cache/snapshot.ts";
import type { Candidate, CandidateList } from "../../domain/candidate-list.ts";
import type { KubeObject, ObjectKey, Resource } from "../../kube/object.ts";
import { createStore } from "../../runtime/store.ts";
import { candidateList } from "../../testing/domain-builders.ts";
import type { Environment } from "../environment.ts";
import { reconcile } from "./reconcile.ts";

const shop = { kind: "Application", namespace: "team", name: "shop" } as const;
const nothingIsKept = { pullRequests: 0, others: 0, perComponent: 0 };

/** One that nothing is left to do for, and that knows a revision of the list. */
const snapshot = (name: string, revision: number): KubeObject & { spec: object; status: object } => ({
  metadata: {
    name,
    namespace: shop.namespace,
    uid: name,
    resourceVersion: "1",
    creationTimestamp: "2026-11-01T12:00:00Z",
    labels: { [labels.snapshotType]: snapshotTypes.component, [labels.component]: "cart" },
    annotations: { [annotations.candidateListRevision]: String(revision) },
  },
  spec: { application: shop.name, components: [{ name: "cart", containerImage: `registry.example/${name}` }] },
  status: { conditions: [{ type: "Promoted", status: "True", reason: "Promoted", message: "promoted" }] },
});

/** The list in which one Snapshot's image is candidate and promoted. */
const listNaming = (name: string, revision: number): KubeObject => {
  const { candidates, ledger, ...rest } = candidateList("cart1", { revision });
  const only = new Map([...candidates].map(([key, each]): [string, Candidate] => [key, { ...each, snapshot: name }]));
  const list: CandidateList = { ...rest, candidates: only, ledger: { ...ledger, snapshot: name } };
  return renderCandidateList(list, shop, "uid-of-shop");
};

const deleted: string[] = [];
beforeEach(() => {
  deleted.length = 0;
});

/** An operator that has seen three Snapshots and a list, and an API server that may have more to say. */
function environment(seen: KubeObject, there: Readonly<Record<string, readonly KubeObject[]>>): Environment {
  const snapshots = createStore({ indexes: snapshotIndexes });
  for (const each of [snapshot("old", 1), snapshot("new", 2), snapshot("latest", 3)])
    snapshots.apply(projectSnapshot(each)!);
  const none = { get: () => undefined, byIndex: () => [] };
  const caches = {
    snapshots,
    pipelineRuns: none,
    applications: { get: () => ({}) },
    componentGroups: none,
    releases: none,
    candidateLists: { get: () => projectCandidateList(seen) },
  };
  const client = {
    list: ({ plural }: Resource) => Promise.resolve({ items: there[plural] ?? [], resourceVersion: "1", sizeBytes: 0 }),
    delete: (_: Resource, { name }: ObjectKey) => {
      deleted.push(name);
      return Promise.resolve({ kind: "gone" });
    },
  };
  const env = { caches, client, clock: { now: () => 0 }, logger: { info: () => {} } };
  return { ...env, metrics: { snapshotCollected: () => {} } } as unknown as Environment;
}

const look = (env: Environment): Promise<unknown> =>
  reconcile(env, shop.namespace, nothingIsKept, new AbortController().signal);

test("what has been promoted since the watch of candidate lists fell behind is not history", async () => {
  await look(environment(listNaming("old", 1), { configmaps: [listNaming("new", 2)] }));
  expect(deleted).toEqual(["old"]);
});

test("what a list that was deleted would be made from is not history, although its watch has not told", async () => {
  await look(environment(listNaming("old", 1), { configmaps: [] }));
  expect(deleted).toEqual([]);
});

test("a Snapshot that is being released is not history, although the watch of Releases has not told", async () => {
  const release = { metadata: { name: "one" }, spec: { snapshot: "old" } } as KubeObject;
  await look(environment(listNaming("new", 2), { configmaps: [listNaming("new", 2)], releases: [release] }));
  expect(deleted).toEqual([]);
});
