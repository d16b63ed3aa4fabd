import type { Build } from "../tekton/builds.ts";
import { imageOfBuild } from "./image-names.ts";
import type { PlayTest, Stage } from "./stage.ts";
import { isConcluded, type SnapshotView } from "./view.ts";
import { snapshotNamed, snapshotOfBuild } from "./world.ts";

/** Two builds that pass alone and fail together. */
export interface Incompatible {
  readonly frontend: Build;
  readonly backend: Build;
}

/** Builds both, one after the other is under test, until the composite Snapshot that holds both has failed. */
export async function buildIncompatible(
  stage: Stage,
): Promise<{ readonly builds: Incompatible; readonly composite: SnapshotView }> {
  const { world, timeline, until } = stage;
  const builds = { frontend: stage.nextBuild("frontend"), backend: stage.nextBuild("backend") };
  stage.setTests(playTests(stage, builds));
  timeline.say(
    `${builds.frontend.name} and ${builds.backend.name} pass their tests alone; together they fail end-to-end.`,
  );
  await stage.build(builds.frontend, builds.backend);
  const name = await until(
    `the Snapshot of build ${builds.backend.name} is superseded by a composite Snapshot`,
    () => snapshotOfBuild(world, builds.backend.name)?.composite,
  );
  const composite = await until(`composite Snapshot ${name} is concluded`, () => {
    const snapshot = snapshotNamed(world, name);
    return snapshot !== undefined && isConcluded(snapshot) && snapshot;
  });
  await stage.quiet();
  return { builds, composite };
}

/** The tests of backend's build end when frontend's is decided, so that a composite Snapshot has to follow. */
function playTests({ world, until }: Stage, { frontend, backend }: Incompatible): PlayTest {
  const imageOf = ({ component, name }: Build): string => imageOfBuild(component, Number(name.split("-").at(-1)));
  return async ({ snapshot, scenario, images }) => {
    const [hasFrontend, hasBackend] = [frontend, backend].map(
      (build) => images.get(build.component) === imageOf(build),
    );
    await until(
      "both builds have their Snapshots",
      () => snapshotOfBuild(world, frontend.name) && snapshotOfBuild(world, backend.name),
    );
    if (snapshot === snapshotOfBuild(world, backend.name)?.name)
      await until(`build ${frontend.name} is promoted`, () => {
        const first = snapshotOfBuild(world, frontend.name);
        return first !== undefined && isConcluded(first);
      });
    const fails = hasFrontend === true && hasBackend === true && scenario === "end-to-end";
    return { result: fails ? "FAILURE" : "SUCCESS", afterMs: 800 };
  };
}
