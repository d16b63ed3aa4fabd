import { annotations } from "../../../src/api/labels.ts";
import { isAlreadyExists, KubeError } from "../../../src/kube/errors.ts";
import { progressOf, type RawPipelineRun } from "../../../src/tekton/pipeline-run.ts";
import { image, type Shop } from "../../integration/support/shop.ts";
import { fails, passes } from "../../integration/support/tekton.ts";
import { letPass } from "../../integration/support/wait.ts";
import type { TestRun } from "../../tekton/stand-in.ts";
import { strictScenario, type Script, type ScriptedBuild } from "./script.ts";

const testMs = 150;
const persistLimitMs = 60_000;
const persistPauseMs = 200;

/** Makes tests end as the scripts say. The image of a build that fails becomes no candidate, so only its own Snapshot has it. */
export function directTests(shop: Shop, ...scripts: readonly Script[]): void {
  const failing = new Set(
    scripts
      .flatMap(({ builds }) => builds)
      .filter((build) => !build.passes)
      .map(({ component, name }) => image(component, name)),
  );
  shop.tekton.play = ({ scenario, images }: TestRun) => {
    const isBad = scenario === strictScenario && [...images.values()].some((each) => failing.has(each));
    return isBad ? fails(testMs) : passes(testMs);
  };
}

/** Plays the builds of a script, whether or not the API server can be reached at every moment. */
export async function play(shop: Shop, { groups }: Script, pauseMs: number): Promise<void> {
  for (const { builds, endings } of groups) {
    for (const build of builds) await start(shop, build);
    for (const build of endings) {
      await finish(shop, build);
      await letPass(pauseMs);
    }
  }
}

/** Only their beginnings. */
export async function startAll(shop: Shop, { builds }: Script): Promise<void> {
  for (const build of builds) await start(shop, build);
}

/** Only their ends; what has ended stays as it is. */
export async function finishAll(shop: Shop, builds: readonly ScriptedBuild[]): Promise<void> {
  for (const build of builds) await finish(shop, build);
}

async function start(shop: Shop, { component, name, sequence }: ScriptedBuild): Promise<void> {
  await persist(`start ${name}`, async () => {
    await shop.startBuild(component, name, { annotations: { [annotations.buildSequence]: String(sequence) } });
  });
}

async function finish(shop: Shop, { component, name }: ScriptedBuild): Promise<void> {
  await persist(`finish ${name}`, async () => {
    const run = await shop.get<RawPipelineRun>("PipelineRun", name);
    if (run === undefined) throw new Error(`Build ${name} is gone`);
    if (progressOf(run) === "running") await shop.finishBuild(component, name);
  });
}

/** Tries until the API server has taken it. Where its answer was lost, a second creation finds the first. */
async function persist(what: string, act: () => Promise<void>): Promise<void> {
  const end = performance.now() + persistLimitMs;
  for (;;) {
    try {
      return await act();
    } catch (error) {
      if (isAlreadyExists(error)) return;
      // While an API server starts, kinds of our own are briefly not found.
      const passing = error instanceof KubeError && ["Unavailable", "Throttled", "NotFound"].includes(error.kind);
      if (!passing) throw error;
      if (performance.now() > end)
        throw new Error(`Tried for ${String(persistLimitMs / 1000)} s to ${what}`, { cause: error });
      await letPass(persistPauseMs);
    }
  }
}
