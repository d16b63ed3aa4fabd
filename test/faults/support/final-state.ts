import { isDeepStrictEqual } from "node:util";
import { expect } from "vitest";
import { annotations, finalizers, labels, pipelineTypes } from "../../../src/api/labels.ts";
import type { KubeObject } from "../../../src/kube/object.ts";
import { image, type Shop } from "../../integration/support/shop.ts";
import type { ListView, ReleaseView, SnapshotView } from "../../integration/support/views.ts";
import { letPass, waitFor } from "../../integration/support/wait.ts";
import { scenarios, strictScenario, type Script, type ScriptedBuild } from "./script.ts";

/**
 * What is left when all is quiet, object by object, without what depends on timing even where nothing is disturbed:
 *
 * - names made from revisions and random suffixes: objects go by their build and scenario;
 * - of a build that passes, whether its own Snapshot is promoted or a composite (or a newer build came first): all of
 *   these are "over"; and which images of other Components its Snapshot holds;
 * - how many composites there are, and how far the tests of one came that was overtaken. Of composites it says what is
 *   wrong with them, which is nothing.
 */
export type FinalState = Readonly<Record<string, unknown>>;

/** The only final state that the builds of a script may have, whatever happened on the way. */
export function expectedState(builds: readonly ScriptedBuild[]): FinalState {
  const newest = newestPassing(builds);
  return Object.fromEntries([
    ...builds.flatMap((build) => [
      [`build ${build.name}`, [{ linkedTo: `Snapshot of ${build.name}`, finalizers: [] }]],
      [
        `Snapshot of ${build.name}`,
        [
          {
            component: build.component,
            image: image(build.component, build.name),
            tests: Object.fromEntries(scenarios.map((scenario) => [scenario, testEnds(build, scenario)])),
            promoted: build.passes ? "over" : "False TestsFailed",
          },
        ],
      ],
      ...scenarios.map((scenario) => [`test ${scenario} of ${build.name}`, [{ ended: true, finalizers: [] }]]),
    ]),
    ["candidates", newest],
    ["promoted", newest],
    ["flaws", []],
  ]) as FinalState;
}

/** Waits until the shop has that state, and sees that it keeps it. */
export async function expectFinalState(shop: Shop, script: Script, limitMs = 30_000): Promise<void> {
  const expected = expectedState(script.builds);
  await waitFor(
    "everything is as the script says",
    async () => {
      await letPass(lookPauseMs);
      return differences(expected, await stateOf(shop));
    },
    (left) => left.length === 0,
    limitMs,
  );
  await letPass(keepsMs);
  expect(await stateOf(shop)).toEqual(expected);
}

const lookPauseMs = 400;
/** Long enough for an operator that holds something unfinished to show it. */
const keepsMs = 1500;
const overAndPassed: ReadonlySet<string> = new Set([
  "True Promoted",
  "False SupersededByComposite",
  "False NewerBuildIsCandidate",
  "False AlreadyPromoted",
]);
const compositeOutcomes: ReadonlySet<string> = new Set([
  "True Promoted",
  "False NewerPromoted",
  "False SupersededByComposite",
  "False AlreadyPromoted",
]);

function newestPassing(builds: readonly ScriptedBuild[]): Readonly<Record<string, string>> {
  const inOrder = builds.filter((build) => build.passes).toSorted((a, b) => a.sequence - b.sequence);
  return Object.fromEntries(inOrder.map(({ component, name }) => [component, image(component, name)]));
}

function testEnds(build: ScriptedBuild, scenario: string): string {
  return build.passes || scenario !== strictScenario ? "TestPassed" : "TestFail";
}

async function stateOf(shop: Shop): Promise<FinalState> {
  const [snapshots, runs, releases, list] = [
    await shop.snapshots(),
    await shop.list<KubeObject>("PipelineRun"),
    await shop.releases(),
    await shop.candidateList(),
  ];
  const buildOf = new Map(snapshots.map(({ name, build }) => [name, build]));
  const state: Record<string, unknown[]> = {};
  const add = (key: string, value: object): void => void (state[key] ??= []).push(value);
  for (const snapshot of snapshots)
    if (snapshot.type === "component") add(`Snapshot of ${snapshot.build}`, viewOf(snapshot));
  for (const run of runs) {
    const tested = testedBuild(run, buildOf);
    if (isBuild(run)) add(`build ${run.metadata.name}`, viewOfBuild(run, buildOf));
    else if (tested !== "") add(`test ${run.metadata.labels?.[labels.scenario] ?? ""} of ${tested}`, viewOfTest(run));
  }
  return {
    ...state,
    candidates: list?.candidates,
    promoted: list?.promoted.images,
    flaws: [
      ...flawsOfComposites(snapshots, runs),
      ...flawsOfReleases(snapshots, releases),
      ...flawsOfList(list, snapshots),
    ],
  };
}

function isBuild({ metadata }: KubeObject): boolean {
  return metadata.labels?.[labels.pipelinesType] === pipelineTypes.build;
}

/** The build whose Snapshot a run tests; "" if that is a composite. */
function testedBuild({ metadata }: KubeObject, buildOf: ReadonlyMap<string, string>): string {
  const snapshot = metadata.labels?.[labels.snapshot] ?? "";
  return buildOf.get(snapshot) ?? `the lost Snapshot ${snapshot}`;
}

function viewOf({ raw, images, tests, promoted }: SnapshotView): object {
  const component = raw.metadata.labels?.[labels.component] ?? "";
  return {
    component,
    image: images[component],
    tests: Object.fromEntries(Object.entries(tests).map(([scenario, { status }]) => [scenario, status])),
    promoted: overAndPassed.has(promoted) ? "over" : promoted,
  };
}

function viewOfBuild({ metadata }: KubeObject, buildOf: ReadonlyMap<string, string>): object {
  const snapshot = metadata.annotations?.[annotations.snapshot];
  const linkedTo =
    snapshot === undefined ? "nothing" : `Snapshot of ${buildOf.get(snapshot) ?? `nothing: ${snapshot}`}`;
  return { linkedTo, finalizers: ownFinalizers(metadata) };
}

function viewOfTest(run: KubeObject): object {
  const { status } = run as { readonly status?: { readonly completionTime?: string } };
  return { ended: status?.completionTime !== undefined, finalizers: ownFinalizers(run.metadata) };
}

function ownFinalizers({ finalizers: held = [] }: KubeObject["metadata"]): readonly string[] {
  return held.filter((each) => each === finalizers.pipelineRun);
}

function flawsOfComposites(snapshots: readonly SnapshotView[], runs: readonly KubeObject[]): readonly string[] {
  const composites = snapshots.filter(({ type }) => type !== "component");
  const names = new Set(composites.map(({ name }) => name));
  const tests = runs.filter(({ metadata }) => names.has(metadata.labels?.[labels.snapshot] ?? ""));
  const contents = composites.map(({ images }) =>
    Object.keys(images)
      .toSorted()
      .map((name) => `${name}=${images[name]!}`)
      .join(),
  );
  const pairs = tests.map(
    ({ metadata }) => `${metadata.labels![labels.snapshot]!} ${metadata.labels![labels.scenario]!}`,
  );
  return [
    ...composites.filter(({ type }) => type !== "composite").map(({ name, type }) => `${name} is of type "${type}"`),
    ...composites
      .filter(({ promoted }) => !compositeOutcomes.has(promoted))
      .map(({ name, promoted, message }) => `${name} says "${promoted}": ${message}`),
    ...twice(contents).map((content) => `two composites hold ${content}`),
    ...twice(pairs).map((pair) => `two runs test ${pair}`),
    ...tests
      .filter(({ metadata }) => ownFinalizers(metadata).length > 0)
      .map(({ metadata }) => `test run ${metadata.name} is held`),
  ];
}

function flawsOfReleases(snapshots: readonly SnapshotView[], releases: readonly ReleaseView[]): readonly string[] {
  const promoted = new Set(snapshots.filter((each) => each.promoted === "True Promoted").map(({ name }) => name));
  const released = releases.map(({ snapshot }) => snapshot);
  return [
    ...twice(released).map((name) => `Snapshot ${name} is released twice`),
    ...released.filter((name) => !promoted.has(name)).map((name) => `Snapshot ${name} is released, not promoted`),
    ...[...promoted].filter((name) => !released.includes(name)).map((name) => `Snapshot ${name} is not released`),
    ...releases.filter(({ automated }) => !automated).map(({ name }) => `Release ${name} is not automated`),
  ];
}

function flawsOfList(list: ListView | undefined, snapshots: readonly SnapshotView[]): readonly string[] {
  if (list === undefined) return ["there is no candidate list"];
  const { snapshot: name, images } = list.promoted;
  const promoted = snapshots.find((each) => each.name === name);
  return isDeepStrictEqual(promoted?.images, images)
    ? []
    : [`the list says that Snapshot ${name} was promoted, which holds ${JSON.stringify(promoted?.images)}`];
}

function twice(texts: readonly string[]): readonly string[] {
  return [...new Set(texts.filter((text, index) => texts.indexOf(text) !== index))];
}

function differences(expected: FinalState, seen: FinalState): readonly string[] {
  const text = (value: unknown): string => JSON.stringify(value) ?? "nothing";
  return [...new Set([...Object.keys(expected), ...Object.keys(seen)])]
    .filter((key) => !isDeepStrictEqual(expected[key], seen[key]))
    .map((key) => `${key}: ${text(seen[key])} should be ${text(expected[key])}`);
}
