import type { Check } from "./checks.ts";
import { buildNumberOf } from "./image-names.ts";
import { messageOf, type RunView, type SnapshotView } from "./view.ts";
import { imagesOf, promotionsOf, releasesOf, testRunsOf, type Promotion, type World } from "./world.ts";

/** What must be there for a statement to be made at all. */
export function found<T>(what: string, value: T | undefined): T {
  if (value === undefined) throw new Error(`There is none at the end: ${what}.`);
  return value;
}

/** "smoke TestPassed, end-to-end TestPassed": what a Snapshot says of its tests. */
export function testsOf({ name, tests }: SnapshotView): string {
  return `${name}: ${tests.map(({ scenario, status }) => `${scenario} ${status}`).join(", ")}`;
}

/** Whether two contents ship the same images. */
export function isSame(a: ReadonlyMap<string, string>, b: ReadonlyMap<string, string>): boolean {
  return a.size === b.size && [...a].every(([component, image]) => b.get(component) === image);
}

/** The statement about the end of either path: the Snapshot is promoted, and released through each willing ReleasePlan. */
export function promotedAndReleased(world: World, sentence: string, snapshot: SnapshotView): Check {
  const releases = releasesOf(world, snapshot.name);
  const plans = releases.map(({ key, releasePlan }) => `Release ${key.name} through ReleasePlan ${releasePlan}`);
  return {
    sentence,
    holds: snapshot.promoted?.status === "True" && releases.length === 1,
    evidence: `${snapshot.name}: ${messageOf(snapshot)}. ${plans.join("; ")}`,
  };
}

/** Whether two Snapshots were under test at the same time. */
export function overlap(a: readonly RunView[], b: readonly RunView[]): boolean {
  const [one, other] = [spanOf(a), spanOf(b)];
  return one.from < other.to && other.from < one.to;
}

/** When the tests of a Snapshot began and ended. */
export function spanText(snapshot: SnapshotView, runs: readonly RunView[]): string {
  const { from, to } = spanOf(runs);
  const time = (ms: number): string => (Number.isFinite(ms) ? new Date(ms).toISOString().slice(11, 23) : "?");
  return `${snapshot.name} from ${time(from)} to ${time(to)}`;
}

function spanOf(runs: readonly RunView[]): { readonly from: number; readonly to: number } {
  return {
    from: Math.min(...runs.map(({ startedAt }) => startedAt ?? Number.POSITIVE_INFINITY)),
    to: Math.max(...runs.map(({ finishedAt }) => finishedAt ?? Number.NEGATIVE_INFINITY)),
  };
}

/** Promoted revisions only grow, and so does each Component's build: I3 of the design. */
export function neverWentBack(world: World, application: string): Check {
  const promotions = promotionsOf(world).filter((each) => each.application === application);
  const problems = promotions.slice(1).flatMap((later, index) => regressions(promotions[index] ?? later, later));
  const revisions = promotions.map(({ revision }) => String(revision)).join(" < ");
  return {
    sentence: "No promotion went back: revisions strictly grow, and no Component got an older build.",
    holds: promotions.length > 0 && problems.length === 0,
    evidence: problems.length > 0 ? problems.join("; ") : `promoted at revisions ${revisions}`,
  };
}

function regressions(earlier: Promotion, later: Promotion): readonly string[] {
  const [before, after] = [imagesOf(earlier.content), imagesOf(later.content)];
  const back = [...after].filter(
    ([component, image]) => buildNumberOf(component, image) < buildNumberOf(component, before.get(component) ?? ""),
  );
  return [
    ...(later.revision > earlier.revision
      ? []
      : [`revision ${String(later.revision)} after ${String(earlier.revision)}`]),
    ...back.map(([component]) => `${component} went back at revision ${String(later.revision)}`),
  ];
}

/** One Snapshot for a build, one PipelineRun for a Snapshot and scenario, one Release for a promoted Snapshot: I4 of the design. */
export function nothingTwice(
  world: World,
  facts: { readonly builds: readonly string[]; readonly scenarios: number },
): Check {
  const snapshots = world.snapshots.all();
  const counted = facts.builds.map((build) => snapshots.filter((snapshot) => snapshot.build === build).length);
  const runs = snapshots.map(({ name }) => {
    const own = testRunsOf(world, name);
    return own.length === facts.scenarios && new Set(own.map(({ scenario }) => scenario)).size === own.length;
  });
  const promoted = snapshots.filter((snapshot) => snapshot.promoted?.status === "True");
  const releases = promoted.map(({ name }) => releasesOf(world, name).length);
  const total = world.runs.all().filter(({ role }) => role === "test").length;
  return {
    sentence:
      "Nothing exists twice: one Snapshot a build, one PipelineRun a Snapshot and scenario, one Release a promotion.",
    holds:
      counted.every((count) => count === 1) &&
      runs.every(Boolean) &&
      total === snapshots.length * facts.scenarios &&
      releases.every((count) => count === 1) &&
      world.releases.size === promoted.length,
    evidence: [
      `${String(counted.length)} builds and ${String(snapshots.length - counted.length)} composite Snapshots`,
      `${String(snapshots.length)} Snapshots × ${String(facts.scenarios)} scenarios = ${String(total)} test PipelineRuns`,
      `${String(promoted.length)} promoted Snapshots, ${String(world.releases.size)} Releases`,
    ].join("; "),
  };
}
