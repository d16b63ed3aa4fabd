import { setTimeout as sleep } from "node:timers/promises";
import type { Build } from "../../tekton/builds.ts";
import type { Check } from "../checks.ts";
import { found, isSame, neverWentBack, nothingTwice } from "../evidence.ts";
import { contentText, imageOfBuild } from "../image-names.ts";
import { readSamples } from "../install.ts";
import type { Scenario } from "../scenario.ts";
import type { Stage } from "../stage.ts";
import { isConcluded } from "../view.ts";
import { imagesOf, listOf, promotionsOf, snapshotOfBuild, type World } from "../world.ts";

const components = ["frontend", "backend", "database"];
const buildsEach = 3;
const scenarioCount = 3;

interface Moment {
  readonly what: string;
  readonly isNow: (world: World) => boolean;
}

/** When the operator is killed: each time in the middle of something. */
const moments: readonly Moment[] = [
  { what: "while it makes Snapshots", isNow: (world) => world.snapshots.size > 0 },
  { what: "while it starts tests", isNow: (world) => testRuns(world) > scenarioCount },
  { what: "just when it has written a GCL revision", isNow: (world) => world.listHistory.length > 0 },
  { what: "just when it has made a composite", isNow: (world) => composites(world) > 0 },
  { what: "just when it has promoted something further", isNow: (world) => promotionsOf(world).length > 1 },
];

/** A crash at any moment changes nothing of the outcome. */
export const crash: Scenario = {
  name: "crash",
  about: "the operator is killed in the middle of its work, again and again; nothing is lost, nothing is done twice",
  manifests: readSamples,
  play: async (stage) => {
    stage.setTests(({ snapshot, scenario }) => ({
      result: "SUCCESS",
      afterMs: 600 + ((snapshot.length + scenario.length) % 5) * 250,
    }));
    const rounds = Array.from({ length: buildsEach }, () => components.map((component) => stage.nextBuild(component)));
    const builds = rounds.flat();
    stage.timeline.say(
      `${String(builds.length)} builds of ${String(components.length)} Components; each Component's last build finishes first.`,
    );
    let kills = 0;
    const playing = playBuilds(stage, rounds);
    try {
      for (const moment of moments) {
        await stage.until(moment.what, () => moment.isNow(stage.world));
        await crashOnce(stage, moment);
        kills += 1;
      }
    } finally {
      await playing;
    }
    await stage.quiet();
    return statements(stage.world, builds, kills);
  },
};

/** Builds that start in one order and finish in the other. */
async function playBuilds(stage: Stage, rounds: readonly (readonly Build[])[]): Promise<void> {
  for (const round of rounds) await stage.start(...round);
  for (const round of rounds.toReversed()) {
    await stage.finish(...round);
    await sleep(700, undefined, { signal: stage.signal });
  }
}

async function crashOnce({ operator, timeline, signal }: Stage, { what }: Moment): Promise<void> {
  await operator.kill();
  timeline.now("operator", "SIGKILL", what);
  await operator.start(signal);
  timeline.now("operator", "started again", "and goes on from what the API server holds");
}

function testRuns(world: World): number {
  return world.runs.all().filter(({ role }) => role === "test").length;
}

function composites(world: World): number {
  return world.snapshots.all().filter(({ type }) => type === "composite").length;
}

function statements(world: World, builds: readonly Build[], kills: number): readonly Check[] {
  const list = found("candidate list", listOf(world, "shop"));
  const last = found("promotion", promotionsOf(world).at(-1));
  const newest = new Map(components.map((component) => [component, imageOfBuild(component, buildsEach + 1)]));
  const missing = builds.filter(({ name }) => snapshotOfBuild(world, name) === undefined);
  const undecided = world.snapshots.all().filter((snapshot) => !isConcluded(snapshot));
  return [
    {
      sentence: `No build is lost: after ${String(kills)} crashes each of ${String(builds.length)} has its Snapshot, and each Snapshot its verdict.`,
      holds: missing.length === 0 && undecided.length === 0,
      evidence: `${String(missing.length)} builds without Snapshot, ${String(undecided.length)} Snapshots without verdict`,
    },
    {
      sentence: "The final state is the one without any crash: the newest build of every Component is candidate.",
      holds: isSame(imagesOf(list.candidates), newest),
      evidence: `revision ${String(list.revision)}: ${contentText(imagesOf(list.candidates))}`,
    },
    {
      sentence: "The same content, tested together, is what was promoted last.",
      holds: isSame(imagesOf(last.content), newest),
      evidence: `${last.snapshot} (${last.type}) at revision ${String(last.revision)}: ${contentText(imagesOf(last.content))}`,
    },
    neverWentBack(world, "shop"),
    nothingTwice(world, { builds: builds.map(({ name }) => name), scenarios: scenarioCount }),
  ];
}
