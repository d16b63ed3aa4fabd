import { watchPace } from "../operator/invariants/pace.ts";
import { startCrew, type Crew } from "../operator/crew.ts";
import { startPeople } from "../operator/people.ts";
import type { Settings } from "../operator/settings.ts";
import { createStage, type Stage } from "../operator/stage.ts";
import { startTekton } from "../operator/tekton.ts";
import { ownerId } from "../operator/owners.ts";
import type { PlannedBuild, PlannedOwner, Workload } from "../operator/workload.ts";

/** A healthy Application with an operator that works, and room for whatever is thrown at it. */
export interface Bystander {
  readonly stage: Stage;
  /** What went wrong: an exception, an object that could not be read, a build that was promoted too late. */
  readonly flaws: readonly string[];
  end(): Promise<void>;
}

/** Sets it up; its builds come at these times. */
export function startBystander(seed: number, buildsAtMs: readonly number[]): Bystander {
  const flaws: string[] = [];
  const stage = createStage(settings(seed), workload(buildsAtMs), {
    remark: () => undefined,
    broken: (how) => flaws.push(how),
  });
  stage.server.onWrite(watchPace(stage));
  startTekton(stage);
  startPeople(stage);
  const crew = startCrew(stage, (flaw) => flaws.push(flaw));
  return { stage, flaws, end: () => end(stage, crew, flaws) };
}

async function end({ clock, server }: Stage, crew: Crew, flaws: string[]): Promise<void> {
  crew.retire();
  const isOver = (): boolean => crew.processes.every((process) => !process.isRunning());
  if ((await clock.runUntil(isOver, 60_000)) !== "reached") flaws.push("the operator does not stop");
  await clock.settle();
  for (const process of crew.processes) flaws.push(...process.leftovers());
  flaws.push(...server.failures.map(String));
}

function settings(seed: number): Settings {
  const crew = { members: 1, election: false, disturbances: [], killAtWrites: [] };
  return { seed, level: "calm", rates: {}, crew, busyMs: 0, concurrency: 8, compactEveryMs: 0, breakWatchesEveryMs: 0 };
}

function workload(buildsAtMs: readonly number[]): Workload {
  const id = ownerId("Application", "well");
  const scenarios = [{ name: "well-check", owner: id, optional: false, contexts: [] }];
  const components = ["well-a", "well-b"];
  const application: PlannedOwner = {
    id,
    kind: "Application",
    name: "well",
    immediate: false,
    components,
    listed: components,
    inner: [],
    graph: new Map(),
    startingImages: false,
    scenarios,
    plans: [{ name: "well-plan", auto: true }],
    healthy: true,
  };
  const builds = buildsAtMs.map((beginsMs, index): PlannedBuild => ({
    short: `well-${index % 2 === 0 ? "a" : "b"}.${index + 1}`,
    component: `well-${index % 2 === 0 ? "a" : "b"}`,
    beginsMs,
    endsMs: beginsMs + 1_000,
    outcome: "succeeded",
    sequence: undefined,
    pullRequest: false,
    merges: false,
  }));
  return {
    owners: [application],
    builds,
    deeds: [],
    failing: 0,
    incompatible: 0,
    testMs: [1_000, 3_000],
    pruneMs: undefined,
  };
}
