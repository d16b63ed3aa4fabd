import { setTimeout as sleep } from "node:timers/promises";
import { sameContent, type CandidateList } from "../../src/domain/candidate-list.ts";
import type { KubeClient } from "../../src/kube/client.ts";
import { systemClock } from "../../src/runtime/clock.ts";
import { finishBuild, startBuild, type Build } from "../tekton/builds.ts";
import type { Play, TestRun } from "../tekton/stand-in.ts";
import { buildName } from "./image-names.ts";
import type { OperatorProcess } from "./operator-process.ts";
import type { Timeline } from "./timeline.ts";
import { isConcluded } from "./view.ts";
import { releasesOf, type World } from "./world.ts";

/** How the Tekton stand-in plays a test. */
export type PlayTest = (run: TestRun) => Play | Promise<Play>;

/** All that a scenario may see and do. */
export interface Stage {
  readonly client: KubeClient;
  readonly namespace: string;
  readonly world: World;
  readonly operator: OperatorProcess;
  readonly timeline: Timeline;
  readonly signal: AbortSignal;
  /** Decides how tests end from now on. */
  readonly setTests: (play: PlayTest) => void;
  /** The next build of a Component, not yet started. */
  readonly nextBuild: (component: string) => Build;
  /** Starts builds together, and ends them together. */
  readonly build: (...builds: readonly Build[]) => Promise<void>;
  readonly start: (...builds: readonly Build[]) => Promise<void>;
  readonly finish: (...builds: readonly Build[]) => Promise<void>;
  /** Waits until it is so, and returns what was looked for. */
  readonly until: <T>(what: string, look: () => T | undefined | false, limitMs?: number) => Promise<T>;
  /** Waits until every Snapshot is concluded, and nothing happens any more. */
  readonly quiet: () => Promise<void>;
}

const waitLimitMs = 60_000;
const quietLimitMs = 180_000;
const calmMs = 800;
const buildMs = 400;

export interface StageParts extends Pick<Stage, "client" | "namespace" | "world" | "operator" | "timeline" | "signal"> {
  readonly setTests: (play: PlayTest) => void;
}

export function createStage(parts: StageParts): Stage {
  const { client, namespace, world, operator, signal } = parts;
  const numbers = new Map<string, number>();
  const until = async <T>(what: string, look: () => T | undefined | false, limitMs = waitLimitMs): Promise<T> => {
    const deadline = systemClock.monotonic() + limitMs;
    while (systemClock.monotonic() < deadline) {
      signal.throwIfAborted();
      const failure = operator.failure();
      if (failure !== undefined) throw new Error(`The operator ended with ${failure} while waiting: ${what}.`);
      const found = look();
      if (found !== undefined && found !== false) return found;
      await sleep(20, undefined, { signal });
    }
    throw new Error(`This did not happen within ${String(limitMs / 1000)} s: ${what}.`);
  };
  const start = async (...builds: readonly Build[]): Promise<void> => {
    await Promise.all(builds.map((build) => startBuild(client, build)));
  };
  const finish = async (...builds: readonly Build[]): Promise<void> => {
    await Promise.all(builds.map((build) => finishBuild(client, build)));
  };
  return {
    ...parts,
    until,
    start,
    finish,
    build: async (...builds) => {
      await start(...builds);
      await sleep(buildMs, undefined, { signal });
      await finish(...builds);
    },
    nextBuild: (component) => {
      // What the Component starts with counts as its first.
      const number = (numbers.get(component) ?? 1) + 1;
      numbers.set(component, number);
      return { namespace, component, name: buildName(component, number) };
    },
    quiet: async () => void (await until("everything is concluded and quiet", () => isQuiet(world), quietLimitMs)),
  };
}

function isQuiet(world: World): boolean {
  const snapshots = world.snapshots.all();
  const builds = world.runs.all().filter(({ role }) => role === "build");
  return (
    systemClock.monotonic() - world.lastChangeAt() > calmMs &&
    builds.every(({ name, state }) => state !== "succeeded" || snapshots.some(({ build }) => build === name)) &&
    world.runs.all().every(({ role, state }) => role !== "test" || state !== "running") &&
    snapshots.every((snapshot) => isConcluded(snapshot)) &&
    world.lists.all().every(({ parsed }) => parsed.kind !== "list" || hasNoCompositeDue(world, parsed.list)) &&
    snapshots.every(({ name, promoted }) => promoted?.status !== "True" || releasesOf(world, name).length > 0)
  );
}

/** What the list holds was promoted as it is, or a composite has tested it. */
function hasNoCompositeDue(world: World, { candidates, ledger, revision }: CandidateList): boolean {
  const isTested = world.snapshots.all().some(({ type, madeFrom }) => type === "composite" && madeFrom === revision);
  return sameContent(candidates, ledger.content) || isTested;
}
