import { resources } from "../../../src/api/group.ts";
import type { KubeObject } from "../../../src/kube/object.ts";
import type { Check } from "../checks.ts";
import { isSame, neverWentBack, nothingTwice } from "../evidence.ts";
import { imageOfBuild, listed } from "../image-names.ts";
import type { Scenario } from "../scenario.ts";
import { imagesOf, listOf, promotionsOf, type World } from "../world.ts";

const application = "fleet";
const components = Array.from({ length: 20 }, (_, index) => `service-${String(index + 1).padStart(2, "0")}`);
const tests = ["smoke", "end-to-end"];
const compositesMax = 3;

/** What coalescing is for: many builds at once cost few composites. */
export const burst: Scenario = {
  name: "burst",
  about: `${String(components.length)} Components, all built at once; few composites carry all of it on`,
  manifests: () => Promise.resolve([...manifests()]),
  play: async (stage) => {
    // Tests take from 1 to 2.4 s, so that their ends are spread; a composite's, which begin later, take longer.
    stage.setTests(({ snapshot, images }) => ({
      result: "SUCCESS",
      afterMs: snapshot.includes("-composite-") ? 3_000 : 1_000 + (newestOf(images) % 8) * 200,
    }));
    const builds = components.map((component) => stage.nextBuild(component));
    stage.timeline.say(`${String(builds.length)} pull requests merge to ${String(builds.length)} Components at once.`);
    await stage.build(...builds);
    await stage.quiet();
    return statements(
      stage.world,
      builds.map(({ name }) => name),
    );
  },
};

/** The position of the Component whose second build is in a content. */
function newestOf(images: ReadonlyMap<string, string>): number {
  return components.findIndex((component) => images.get(component) === imageOfBuild(component, 2));
}

function* manifests(): Generator<KubeObject & { readonly spec: object }> {
  const { group } = resources.application;
  const [v1alpha1, v1beta2] = [`${group}/v1alpha1`, `${group}/v1beta2`];
  const git = (name: string): object => ({ url: `https://git.example/${application}/${name}`, revision: "main" });
  yield { apiVersion: v1alpha1, kind: "Application", metadata: { name: application }, spec: { displayName: "Fleet" } };
  for (const name of components) {
    const containerImage = imageOfBuild(name, 1);
    const spec = { componentName: name, application, containerImage, source: { git: git(name) } };
    yield { apiVersion: v1alpha1, kind: "Component", metadata: { name }, spec };
  }
  for (const name of tests) {
    const params = [
      { name: "url", value: `https://git.example/${application}/tests` },
      { name: "revision", value: "main" },
      { name: "pathInRepo", value: `pipelines/${name}.yaml` },
    ];
    const spec = { application, resolverRef: { resolver: "git", params } };
    yield { apiVersion: v1beta2, kind: "IntegrationTestScenario", metadata: { name }, spec };
  }
  const spec = { application, target: "production" };
  yield { apiVersion: v1alpha1, kind: "ReleasePlan", metadata: { name: "production" }, spec };
}

function statements(world: World, builds: readonly string[]): readonly Check[] {
  const snapshots = world.snapshots.all();
  const made = snapshots.filter(({ type }) => type === "component");
  const composites = snapshots.filter(({ type }) => type === "composite");
  const last = promotionsOf(world).at(-1);
  const newest = new Map(components.map((component) => [component, imageOfBuild(component, 2)]));
  const promoted = last === undefined ? new Map<string, string>() : imagesOf(last.content);
  const fresh = components.filter((component) => promoted.get(component) === newest.get(component));
  const unexplained = snapshots.filter(({ promoted: said }) => said === undefined || said.message === "");
  return [
    {
      sentence: `Every build got its component Snapshot: ${String(builds.length)}.`,
      holds: made.length === builds.length,
      evidence: `${String(made.length)} component Snapshots, ${String(world.runs.size - builds.length)} test PipelineRuns`,
    },
    {
      sentence: `At most ${String(compositesMax)} composite Snapshots were made, not one for each build that was overtaken.`,
      holds: composites.length <= compositesMax,
      evidence: `${String(composites.length)}: ${listed(composites.map(({ name }) => name))}`,
    },
    {
      sentence: `The last promoted content is the newest build of all ${String(components.length)} Components.`,
      holds: isSame(promoted, newest) && isSame(imagesOf(listOf(world, application)?.candidates ?? new Map()), newest),
      evidence: `${last?.snapshot ?? "nothing"} at revision ${String(last?.revision)}: ${String(fresh.length)} of ${String(components.length)} images are the newest`,
    },
    neverWentBack(world, application),
    nothingTwice(world, { builds, scenarios: tests.length }),
    {
      sentence: "Every Snapshot that is not promoted says why.",
      holds: unexplained.length === 0,
      evidence: [...Map.groupBy(snapshots, ({ promoted: said }) => said?.reason ?? "nothing said")]
        .map(([reason, each]) => `${reason} ${String(each.length)}`)
        .join(", "),
    },
  ];
}
