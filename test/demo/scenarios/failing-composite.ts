import type { Check } from "../checks.ts";
import { found, isSame, neverWentBack } from "../evidence.ts";
import { contentText } from "../image-names.ts";
import { buildIncompatible } from "../incompatible.ts";
import { readSamples } from "../install.ts";
import type { Scenario } from "../scenario.ts";
import { messageOf, reasonOf, type SnapshotView } from "../view.ts";
import { imagesOf, listOf, promotionsOf, releasesOf, snapshotOfBuild, type World } from "../world.ts";

/** What is not compatible is not promoted, and the next build mends it. */
export const failingComposite: Scenario = {
  name: "failing-composite",
  about: "two builds pass alone and fail together; nothing is promoted until a third one mends it",
  manifests: readSamples,
  play: async (stage) => {
    const { world } = stage;
    const { builds, composite } = await buildIncompatible(stage);
    const before = promotionsOf(world).length;
    const fix = stage.nextBuild("backend");
    stage.timeline.say(`The author of ${builds.backend.name} reads why, and mends it: ${fix.name}.`);
    await stage.build(fix);
    await stage.quiet();
    return statements(world, { composite, suspect: builds.backend.component, fix: fix.name, before });
  },
};

interface Played {
  readonly composite: SnapshotView;
  readonly suspect: string;
  readonly fix: string;
  /** Promotions that there were before the fix. */
  readonly before: number;
}

function statements(world: World, { composite, suspect, fix, before }: Played): readonly Check[] {
  const message = messageOf(composite);
  const promotions = promotionsOf(world);
  const last = found("promotion", promotions.at(-1));
  const list = found("candidate list", listOf(world, "shop"));
  const mended = found(`Snapshot of ${fix}`, snapshotOfBuild(world, fix));
  const released = releasesOf(world, composite.name).length;
  return [
    {
      sentence: "The composite Snapshot fails and names what no promoted Snapshot has combined before.",
      holds: reasonOf(composite) === "TestsFailed" && message.endsWith(`Never promoted together before: ${suspect}`),
      evidence: `${composite.name} of ${contentText(composite.images)}: ${message}`,
    },
    {
      sentence:
        "Nothing of the failed composite is promoted or released; its images stay in the Global Candidate List.",
      holds: released === 0 && promotions.every(({ snapshot }) => snapshot !== composite.name) && before === 1,
      evidence: `${String(before)} promotion before the fix, ${String(released)} Releases of ${composite.name}`,
    },
    {
      sentence: "The fixing build is tested with what the list holds, and is promoted.",
      holds: promotions.length === before + 1 && isSame(imagesOf(last.content), imagesOf(list.candidates)),
      evidence: `${last.snapshot} (${last.type}) at revision ${String(last.revision)}: ${contentText(imagesOf(last.content))}; tested as Snapshot of ${fix} with ${contentText(mended.images)}`,
    },
    neverWentBack(world, "shop"),
  ];
}
