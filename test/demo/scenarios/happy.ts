import { isPassing } from "../../../src/domain/test-status.ts";
import type { Check } from "../checks.ts";
import { found, promotedAndReleased, testsOf } from "../evidence.ts";
import { contentText } from "../image-names.ts";
import { readSamples } from "../install.ts";
import type { Scenario } from "../scenario.ts";
import type { Stage } from "../stage.ts";
import { imagesOf, listOf, snapshotOfBuild } from "../world.ts";

/** The happy path of ADR-0015. */
export const happy: Scenario = {
  name: "happy",
  about: "one build of one Component; the component phase is enough",
  manifests: readSamples,
  play: async (stage) => {
    const { world } = stage;
    stage.setTests(() => ({ result: "SUCCESS", afterMs: 1_000 }));
    const before = listOf(world, "shop")?.revision ?? 0;
    const build = stage.nextBuild("frontend");
    stage.timeline.say("A pull request of frontend merges, and its build starts.");
    await stage.build(build);
    await stage.quiet();
    return statements(stage, build.name, before);
  },
};

/** The statements of ADR-0015, "Happy path with a single component build". */
function statements({ world }: Stage, build: string, before: number): readonly Check[] {
  const snapshot = found(`Snapshot of ${build}`, snapshotOfBuild(world, build));
  const list = found("candidate list", listOf(world, "shop"));
  const candidate = list.candidates.get("frontend");
  const composites = world.snapshots.all().filter(({ type }) => type === "composite");
  return [
    {
      sentence: "1. The Component phase runs, and records results on the Component Snapshot.",
      holds: snapshot.type === "component" && snapshot.tests.every(({ status }) => isPassing(status)),
      evidence: `${testsOf(snapshot)}; content ${contentText(snapshot.images)}`,
    },
    {
      sentence: "2. The Global Candidate List is updated.",
      holds: list.revision === before + 1 && candidate?.image === snapshot.images.get("frontend"),
      evidence: `revision ${String(before)} → ${String(list.revision)}; it holds ${contentText(imagesOf(list.candidates))}`,
    },
    {
      sentence:
        "3. The Integration Service detects that the Snapshot is up-to-date by checking the Global Candidate List and skips the second phase of testing, marking the Snapshot as complete.",
      holds: composites.length === 0 && snapshot.integration?.reason === "Finished",
      evidence: `${String(composites.length)} composite Snapshots; AppStudioIntegrationStatus says: ${snapshot.integration?.message ?? "nothing"}`,
    },
    promotedAndReleased(world, "4. The Component Snapshot is promoted according to the user preferences.", snapshot),
  ];
}
