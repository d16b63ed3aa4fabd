import type { KubeClient } from "../../src/kube/client.ts";
import type { TestRun } from "../tekton/stand-in.ts";
import { setTimeout as sleep } from "node:timers/promises";
import { finishBuild, startBuild } from "../tekton/builds.ts";
import { scenarioNames } from "./applications.ts";
import { madeBy, nextBuild } from "./builds.ts";
import type { Ledgers } from "./ledgers.ts";
import type { SnapshotSightings } from "./sightings.ts";

/** How long the operator took over one build, in milliseconds. */
export interface BuildTimes {
  /** From the end of the build, as the API server answered it, to the sight of its Snapshot. */
  readonly created: number;
  /** From the end of its last test to the sight of the ledger that holds its image. */
  readonly promoted: number;
  /** From the end of its last test to the sight of the verdict on the Snapshot. */
  readonly told: number;
}

/** Notes when the last test of each Snapshot ended. */
export interface TestEnds {
  readonly onFinished: (run: TestRun) => void;
  lastOf(namespace: string, snapshot: string): number;
}

/** An empty notebook. */
export function noteTestEnds(): TestEnds {
  const ends = new Map<string, number[]>();
  return {
    onFinished: ({ key, snapshot }) => {
      const id = `${key.namespace}/${snapshot}`;
      ends.set(id, [...(ends.get(id) ?? []), performance.now()]);
    },
    lastOf: (namespace, snapshot) => {
      const known = ends.get(`${namespace}/${snapshot}`) ?? [];
      if (known.length < scenarioNames.length)
        throw new Error(`Snapshot ${snapshot} is promoted before its tests ended`);
      return Math.max(...known);
    },
  };
}

/** What takes the times. */
export interface Watchers {
  readonly ledgers: Ledgers;
  readonly snapshots: SnapshotSightings;
  readonly tests: TestEnds;
}

/** Long enough for the operator to have put its hold on the build, as it has on any real one. */
export const buildTakesMs = 300;

/** Runs one build and takes its times. */
export async function timeBuild(
  client: KubeClient,
  { namespace, component }: { readonly namespace: string; readonly component: string },
  { ledgers, snapshots, tests }: Watchers,
): Promise<BuildTimes> {
  const build = nextBuild(namespace, component);
  await startBuild(client, build);
  await sleep(buildTakesMs);
  await finishBuild(client, build);
  const endedAt = performance.now();
  const promotion = ledgers.promoted(madeBy(build));
  const [created, promotedAt] = await Promise.all([snapshots.ofBuild(namespace, build.name), promotion]);
  const toldAt = await snapshots.saysVerdict(namespace, created.name);
  const testedAt = tests.lastOf(namespace, created.name);
  return { created: created.atMs - endedAt, promoted: promotedAt - testedAt, told: toldAt - testedAt };
}
