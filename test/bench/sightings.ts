import { conditionTypes } from "../../src/api/conditions.ts";
import { resources } from "../../src/api/group.ts";
import { labels } from "../../src/api/labels.ts";
import type { KubeClient } from "../../src/kube/client.ts";
import { findCondition, type Condition } from "../../src/kube/conditions.ts";
import type { KubeObject } from "../../src/kube/object.ts";
import { within } from "./wait.ts";
import { watchKind } from "./watching.ts";

/** When Snapshots were first seen, and first seen to be concluded, on the monotonic clock. */
export interface SnapshotSightings {
  /** Resolves when the Snapshot with this name is there. */
  named(namespace: string, name: string): Promise<number>;
  /** Resolves when the component Snapshot of this build is there. */
  ofBuild(namespace: string, build: string): Promise<{ readonly atMs: number; readonly name: string }>;
  /** Resolves when the Snapshot itself says whether it is promoted. */
  saysVerdict(namespace: string, name: string): Promise<number>;
  stop(): Promise<void>;
}

interface Sighting {
  readonly atMs: number;
  readonly name: string;
}

const seenLimitMs = 300_000;

/** Watches all Snapshots. */
export async function watchSnapshots(client: KubeClient): Promise<SnapshotSightings> {
  const sightings = new Map<string, PromiseWithResolvers<Sighting>>();
  const sightingOf = (what: string): PromiseWithResolvers<Sighting> => {
    const known = sightings.get(what) ?? Promise.withResolvers<Sighting>();
    sightings.set(what, known);
    return known;
  };
  const stop = await watchKind(client, {
    resource: resources.snapshot,
    onObject: (raw) => {
      const { name, namespace = "" } = raw.metadata;
      const seen = { name, atMs: performance.now() };
      const build = raw.metadata.labels?.[labels.buildPipelineRun];
      sightingOf(`named ${namespace}/${name}`).resolve(seen);
      if (build !== undefined) sightingOf(`of build ${namespace}/${build}`).resolve(seen);
      if (isConcluded(raw)) sightingOf(`concluded ${namespace}/${name}`).resolve(seen);
    },
  });
  const wait = (what: string): Promise<Sighting> =>
    within(`a Snapshot is seen: ${what}`, sightingOf(what).promise, seenLimitMs);
  return {
    named: async (namespace, name) => (await wait(`named ${namespace}/${name}`)).atMs,
    ofBuild: (namespace, build) => wait(`of build ${namespace}/${build}`),
    saysVerdict: async (namespace, name) => (await wait(`concluded ${namespace}/${name}`)).atMs,
    stop,
  };
}

function isConcluded(raw: KubeObject): boolean {
  const { status } = raw as { readonly status?: { readonly conditions?: readonly Condition[] } };
  return (findCondition(status?.conditions ?? [], conditionTypes.promoted)?.status ?? "Unknown") !== "Unknown";
}
