import { resources } from "../../src/api/group.ts";
import {
  candidateListSelector,
  configMapResource,
  projectCandidateList,
  type CandidateListRecord,
} from "../../src/cache/candidate-list.ts";
import { projectRelease, type ReleaseRecord } from "../../src/cache/release.ts";
import type { CandidateList, Ledger } from "../../src/domain/candidate-list.ts";
import type { KubeClient } from "../../src/kube/client.ts";
import type { KubeObject, Resource } from "../../src/kube/object.ts";
import { systemClock } from "../../src/runtime/clock.ts";
import { createLogger } from "../../src/runtime/logger.ts";
import { createMetrics } from "../../src/runtime/metrics.ts";
import { createReflector } from "../../src/runtime/reflector.ts";
import { createStore, type CachedObject, type Store } from "../../src/runtime/store.ts";
import { tektonResources } from "../../src/tekton/pipeline-run.ts";
import { viewRun, viewSnapshot, type RunView, type SnapshotView } from "./view.ts";

/** A version of an Application's candidate list that was seen. */
export interface SeenList {
  readonly application: string;
  readonly list: CandidateList;
}

/** What there is in the demo's namespace, always up to date. */
export interface World {
  readonly snapshots: Store<SnapshotView>;
  readonly runs: Store<RunView>;
  readonly releases: Store<ReleaseRecord>;
  readonly lists: Store<CandidateListRecord>;
  /** Every version of every candidate list, in order. */
  readonly listHistory: readonly SeenList[];
  /** Milliseconds on the monotonic clock. */
  readonly lastChangeAt: () => number;
}

/** Watches one namespace until it is stopped. */
export async function watchWorld(
  client: KubeClient,
  namespace: string,
  connect: (world: World) => void,
): Promise<{ readonly world: World; readonly stop: () => Promise<void> }> {
  const stopping = new AbortController();
  const listHistory: SeenList[] = [];
  let lastChangeAt = systemClock.monotonic();
  const world = {
    snapshots: createStore<SnapshotView>(),
    runs: createStore<RunView>(),
    releases: createStore<ReleaseRecord>(),
    lists: createStore<CandidateListRecord>(),
    listHistory,
    lastChangeAt: () => lastChangeAt,
  };
  for (const store of [world.snapshots, world.runs, world.releases, world.lists] as readonly Store<CachedObject>[])
    store.subscribe(() => (lastChangeAt = systemClock.monotonic()));
  world.lists.subscribe(({ after }) => {
    if (after?.parsed.kind === "list") listHistory.push({ application: after.owner.name, list: after.parsed.list });
  });
  connect(world);
  const watch = { client, namespace, signal: stopping.signal };
  const watching = [
    follow(watch, { resource: resources.snapshot, store: world.snapshots, project: viewSnapshot }),
    follow(watch, { resource: tektonResources.pipelineRun, store: world.runs, project: viewRun }),
    follow(watch, { resource: resources.release, store: world.releases, project: projectRelease }),
    follow(watch, {
      resource: configMapResource,
      store: world.lists,
      project: projectCandidateList,
      labelSelector: candidateListSelector,
    }),
  ];
  await Promise.all(watching.map(({ synced }) => synced));
  const stop = async (): Promise<void> => {
    stopping.abort(new Error("the demo ends"));
    await Promise.all(watching.map(({ ended }) => ended));
  };
  return { world, stop };
}

interface Followed<T extends CachedObject> {
  readonly resource: Resource;
  readonly store: Store<T>;
  readonly project: (raw: KubeObject) => T;
  readonly labelSelector?: string;
}

function follow<T extends CachedObject>(
  { client, namespace, signal }: { client: KubeClient; namespace: string; signal: AbortSignal },
  followed: Followed<T>,
): { readonly synced: Promise<void>; readonly ended: Promise<void> } {
  const reflector = createReflector<T>({
    ...followed,
    name: followed.resource.plural,
    client,
    namespaces: [namespace],
    clock: systemClock,
    random: Math.random,
    logger: createLogger({ level: "error", now: () => systemClock.now(), destination: process.stderr }),
    metrics: createMetrics({ processMetrics: false }).reflector,
  });
  return { synced: reflector.synced, ended: reflector.run(signal) };
}

/** The present candidate list of an Application, if there is one. */
export function listOf(world: World, application: string): CandidateList | undefined {
  const record = world.lists.all().find((each) => each.owner.name === application);
  return record?.parsed.kind === "list" ? record.parsed.list : undefined;
}

/** A promotion, as the candidate list's ledger told of it. */
export interface Promotion extends Ledger {
  readonly application: string;
  readonly snapshot: string;
}

/** All promotions that were seen, in order. */
export function promotionsOf(world: World): readonly Promotion[] {
  const promotions: Promotion[] = [];
  for (const { application, list } of world.listHistory) {
    const { snapshot } = list.ledger;
    const last = promotions.findLast((each) => each.application === application);
    if (snapshot !== undefined && snapshot !== last?.snapshot)
      promotions.push({ ...list.ledger, snapshot, application });
  }
  return promotions;
}

/** The images of a content, by Component. */
export function imagesOf(content: ReadonlyMap<string, { readonly image: string }>): ReadonlyMap<string, string> {
  return new Map([...content].map(([component, { image }]) => [component, image]));
}

/** The component Snapshot of a build. */
export function snapshotOfBuild(world: World, build: string): SnapshotView | undefined {
  return world.snapshots.all().find((snapshot) => snapshot.build === build);
}

/** The Snapshot of this name. */
export function snapshotNamed(world: World, name: string): SnapshotView | undefined {
  return world.snapshots.all().find((snapshot) => snapshot.name === name);
}

/** The test PipelineRuns of a Snapshot. */
export function testRunsOf(world: World, snapshot: string): readonly RunView[] {
  return world.runs.all().filter((run) => run.role === "test" && run.snapshot === snapshot);
}

/** The Releases of a Snapshot. */
export function releasesOf(world: World, snapshot: string): readonly ReleaseRecord[] {
  return world.releases.all().filter((release) => release.snapshot === snapshot);
}
