import { parse } from "yaml";
import { labels, snapshotTypes } from "../../../src/api/labels.ts";
import { resources } from "../../../src/api/group.ts";
import type { KubeObject } from "../../../src/kube/object.ts";
import type { Check } from "../checks.ts";
import { found, isSame, promotedAndReleased } from "../evidence.ts";
import { contentText, imageOfBuild } from "../image-names.ts";
import { buildIncompatible } from "../incompatible.ts";
import { applyManifests, readSamples } from "../install.ts";
import type { Scenario } from "../scenario.ts";
import { isConcluded, messageOf, reasonOf, type SnapshotView } from "../view.ts";
import { imagesOf, listOf, promotionsOf, snapshotNamed, type World } from "../world.ts";

const snapshotName = "back-to-frontend-1";

/** The way out of a list whose images never pass together. */
export const override: Scenario = {
  name: "override",
  about: "the GCL holds images that never pass together; a person decides with an override Snapshot",
  manifests: readSamples,
  play: async (stage) => {
    const { world, timeline } = stage;
    const { builds, composite } = await buildIncompatible(stage);
    const good = new Map([
      ["backend", imageOfBuild("backend", 2)],
      ["database", imageOfBuild("database", 1)],
      ["frontend", imageOfBuild("frontend", 1)],
    ]);
    const manifest = overrideManifest(good);
    timeline.say(`A person prefers ${builds.backend.name} to ${builds.frontend.name}, and applies this:`);
    for (const line of manifest.trimEnd().split("\n")) timeline.quote(line);
    await applyManifests(stage.client, stage.namespace, [parse(manifest) as KubeObject]);
    await stage.until("the override Snapshot is concluded", () => {
      const snapshot = snapshotNamed(world, snapshotName);
      return snapshot !== undefined && isConcluded(snapshot);
    });
    await stage.quiet();
    return statements(world, composite, good);
  },
};

function overrideManifest(images: ReadonlyMap<string, string>): string {
  const components = [...images].flatMap(([name, image]) => [
    `    - name: ${name}`,
    `      containerImage: ${image}`,
    `      source: { git: { url: "https://git.example/shop/${name}", revision: main } }`,
  ]);
  return [
    `apiVersion: ${resources.snapshot.group}/${resources.snapshot.version}`,
    `kind: ${resources.snapshot.kind}`,
    "metadata:",
    `  name: ${snapshotName}`,
    `  labels: { ${labels.snapshotType}: ${snapshotTypes.override} }`,
    "spec:",
    "  application: shop",
    "  components:",
    ...components,
    "",
  ].join("\n");
}

function statements(world: World, composite: SnapshotView, good: ReadonlyMap<string, string>): readonly Check[] {
  const snapshot = found(snapshotName, snapshotNamed(world, snapshotName));
  const list = found("candidate list", listOf(world, "shop"));
  const last = found("promotion", promotionsOf(world).at(-1));
  return [
    {
      sentence: "Without it nothing would go on: what the list held fails its tests.",
      holds: reasonOf(composite) === "TestsFailed",
      evidence: `${composite.name} of ${contentText(composite.images)}: ${messageOf(composite)}`,
    },
    {
      sentence:
        "The override Snapshot passes, and each of its images becomes candidate, although one is an older build.",
      holds: isSame(imagesOf(list.candidates), good) && snapshot.testSucceeded?.status === "True",
      evidence: `revision ${String(list.revision)} of the list: ${contentText(imagesOf(list.candidates))}`,
    },
    {
      ...promotedAndReleased(world, "The override Snapshot is promoted according to the user preferences.", snapshot),
      ...(last.snapshot === snapshot.name ? {} : { holds: false }),
    },
  ];
}
