import { isPassing } from "../../../src/domain/test-status.ts";
import type { Build } from "../../tekton/builds.ts";
import type { Check } from "../checks.ts";
import { found, isSame, overlap, promotedAndReleased, spanText, testsOf } from "../evidence.ts";
import { contentText, imageOfBuild } from "../image-names.ts";
import { readSamples } from "../install.ts";
import type { Scenario } from "../scenario.ts";
import type { Stage } from "../stage.ts";
import { isConcluded, messageOf, reasonOf, type SnapshotView } from "../view.ts";
import { promotionsOf, snapshotNamed, snapshotOfBuild, testRunsOf, type World } from "../world.ts";

interface Racers {
  readonly first: Build;
  readonly second: Build;
}

/** The race condition of ADR-0015. */
export const race: Scenario = {
  name: "race",
  about: "two builds of two Components at nearly the same time; a composite Snapshot carries both on",
  manifests: readSamples,
  play: async (stage) => {
    const racers = { first: stage.nextBuild("frontend"), second: stage.nextBuild("backend") };
    playTests(stage, racers);
    stage.timeline.say(
      "Two pull requests merge to frontend and backend at the same time. The tests of backend take longer.",
    );
    await stage.build(racers.first, racers.second);
    const second = await stage.until(
      `the Snapshot of build ${racers.second.name} is superseded by a composite Snapshot`,
      () => snapshotOfBuild(stage.world, racers.second.name)?.composite,
    );
    await stage.quiet();
    return statements(stage.world, racers, second);
  },
};

/** Both are under test before either ends, and the second ends when the first is decided: whatever the machine is doing. */
function playTests({ world, setTests, until }: Stage, { first, second }: Racers): void {
  const snapshotOf = ({ name }: Build): SnapshotView | undefined => snapshotOfBuild(world, name);
  const isUnderTest = (build: Build): boolean => testRunsOf(world, snapshotOf(build)?.name ?? "").length > 0;
  setTests(async (run) => {
    await until("both Snapshots are under test", () => isUnderTest(first) && isUnderTest(second));
    if (run.snapshot === snapshotOf(second)?.name)
      await until(`build ${first.name} is promoted`, () => {
        const snapshot = snapshotOf(first);
        return snapshot !== undefined && isConcluded(snapshot);
      });
    return { result: "SUCCESS", afterMs: 1_000 };
  });
}

/** The statements of ADR-0015, "Path with a race condition". */
function statements(world: World, racers: Racers, compositeName: string): readonly Check[] {
  const [first, second] = [racers.first, racers.second].map(({ name }) =>
    found(`Snapshot of ${name}`, snapshotOfBuild(world, name)),
  ) as [SnapshotView, SnapshotView];
  const composite = found(compositeName, snapshotNamed(world, compositeName));
  return [
    ...componentPhase(world, racers, { first, second }),
    ...compositePhase(world, racers, composite),
    promotedAndReleased(world, "6. The Composite Snapshot is promoted according to the user preferences.", composite),
  ];
}

interface Snapshots {
  readonly first: SnapshotView;
  readonly second: SnapshotView;
}

function componentPhase(world: World, racers: Racers, snapshots: Snapshots): readonly Check[] {
  const { first, second } = snapshots;
  const built = racers.first.component;
  const promoted = promotionsOf(world).find(({ snapshot }) => snapshot === first.name);
  return [
    inParallel(world, racers, snapshots),
    {
      sentence:
        "2. The first Snapshot finishes testing and detects that the Global Candidate List has not changed in the meantime and finalizes the Snapshot in question, updating the Global Candidate List with the newly built component image.",
      holds: reasonOf(first) === "Promoted" && promoted?.content.get(built)?.image === first.images.get(built),
      evidence: `${first.name}: ${messageOf(first)}; it holds ${contentText(first.images)}`,
    },
    {
      sentence:
        "3. The second Snapshot finishes testing. It is presented with an updated Global Candidate List that includes both changes, which have not been tested together yet.",
      holds: reasonOf(second) === "SupersededByComposite" && second.integration?.reason === "Invalid",
      evidence: `${second.name} tested ${contentText(second.images)}. Not promoted: ${messageOf(second)}`,
    },
  ];
}

function inParallel(world: World, racers: Racers, { first, second }: Snapshots): Check {
  const [firstRuns, secondRuns] = [testRunsOf(world, first.name), testRunsOf(world, second.name)];
  const built = [racers.first.component, racers.second.component];
  const rest = [...first.images].filter(([component]) => !built.includes(component));
  const isRestSame = rest.every(([component, image]) => second.images.get(component) === image);
  return {
    sentence:
      "1. Two instances of the Component phase start up in parallel, testing two different Snapshots - each one including one of the two merged PRs.",
    holds: overlap(firstRuns, secondRuns) && isRestSame && !isSame(first.images, second.images),
    evidence: `${spanText(first, firstRuns)}: ${contentText(first.images)}; ${spanText(second, secondRuns)}: ${contentText(second.images)}`,
  };
}

function compositePhase(world: World, { first, second }: Racers, composite: SnapshotView): readonly Check[] {
  const runs = testRunsOf(world, composite.name);
  const includesBoth = [first, second].every(({ component, name }) => {
    const number = Number(name.slice(component.length + 1));
    return composite.images.get(component) === imageOfBuild(component, number);
  });
  return [
    {
      sentence:
        "4. A Composite Snapshot is created that includes both changes and the Integration service starts testing it in the Composite phase.",
      holds: composite.type === "composite" && includesBoth && runs.length > 0,
      evidence: `${composite.name} of GCL revision ${String(composite.madeFrom)}: ${contentText(composite.images)}; ${String(runs.length)} test PipelineRuns`,
    },
    {
      sentence: "5. Composite phase testing runs in full.",
      holds:
        runs.length === composite.tests.length &&
        runs.every(({ state }) => state === "succeeded") &&
        composite.tests.every(({ status }) => isPassing(status)),
      evidence: testsOf(composite),
    },
  ];
}
