import { createChance, fateOf, type Chance } from "./chance.ts";
import type { ScenarioManifest } from "./manifests.ts";

/** One build of a Component, and when it happens. */
export interface PlannedBuild {
  /** Such as `shop-a.3`: the third build of Component `shop-a` to begin. Names its PipelineRun too. */
  readonly short: string;
  readonly component: string;
  readonly beginsMs: number;
  readonly endsMs: number;
  readonly outcome: "succeeded" | "failed" | "withoutResults";
  readonly sequence: number | undefined;
  readonly pullRequest: boolean;
  /** A push that says which pull request it merges. */
  readonly merges: boolean;
}

/** Something that a person or another controller does. */
export type Deed =
  | { readonly kind: "override"; readonly valid: boolean; readonly whole: boolean }
  | { readonly kind: "untyped" }
  | { readonly kind: "rerun"; readonly which: "all" | "one" }
  | { readonly kind: "deleteList" }
  | { readonly kind: "garbleList"; readonly repairMs: number; readonly repair: "restore" | "delete" }
  | { readonly kind: "removeComponent"; readonly backMs: number }
  | { readonly kind: "addComponent" }
  | { readonly kind: "addScenario" }
  | { readonly kind: "removeScenario" }
  | { readonly kind: "addPlan" }
  | { readonly kind: "removePlan" }
  | { readonly kind: "deleteRun" }
  | { readonly kind: "deleteSnapshot" }
  | { readonly kind: "switchMode" }
  | { readonly kind: "touch" };

export interface PlannedDeed {
  readonly atMs: number;
  readonly application: string;
  readonly deed: Deed;
}

export interface PlannedApplication {
  readonly name: string;
  readonly immediate: boolean;
  readonly components: readonly string[];
  readonly startingImages: boolean;
  readonly scenarios: readonly ScenarioManifest[];
  readonly plans: readonly { readonly name: string; readonly auto: boolean }[];
  /** All of its tests pass, and nobody meddles with it. */
  readonly healthy: boolean;
}

/** All that comes from outside the operator. */
export interface Workload {
  readonly applications: readonly PlannedApplication[];
  readonly builds: readonly PlannedBuild[];
  readonly deeds: readonly PlannedDeed[];
  /** How likely a test fails, and two builds do not go together. */
  readonly failing: number;
  readonly incompatible: number;
  readonly testMs: readonly [least: number, most: number];
  /** How long finished PipelineRuns stay. */
  readonly pruneMs: number | undefined;
}

/** The workload that a seed stands for. */
export function workloadOf(seed: number, busyMs: number): Workload {
  const chance = createChance(seed, "workload");
  const names = chance.happens(0.4) ? ["shop", "bank"] : ["shop"];
  const applications = names.map((name, index) => applicationOf(name, index === 1, chance));
  const isPeaceful = chance.happens(0.3);
  return {
    applications,
    builds: reviewed(buildsOf(applications, chance, busyMs), createChance(seed, "reviews")),
    deeds: isPeaceful ? [] : deedsOf(applications, chance, busyMs),
    failing: chance.pick([0, 0, 0.1, 0.3]),
    incompatible: chance.pick([0, 0, 0.15]),
    testMs: chance.pick([
      [1_000, 3_000],
      [2_000, 30_000],
      [15_000, 45_000],
    ] as const),
    pruneMs: chance.pick([undefined, 100, 5_000]),
  };
}

function applicationOf(name: string, healthy: boolean, chance: Chance): PlannedApplication {
  const components = ["a", "b", "c", "d"]
    .slice(0, chance.between(2, chance.pick([2, 3, 4])))
    .map((each) => `${name}-${each}`);
  return {
    name,
    healthy,
    components,
    immediate: chance.happens(0.3),
    startingImages: chance.happens(0.5),
    scenarios: Array.from({ length: chance.between(healthy ? 1 : 0, 3) }, (_, index) =>
      plannedScenario(name, index, components, chance),
    ),
    plans: Array.from({ length: chance.between(0, 2) }, (_, index) => ({
      name: `${name}-plan-${index}`,
      auto: chance.happens(0.85),
    })),
  };
}

/** A scenario of an Application; also those that come later. */
export function plannedScenario(
  application: string,
  index: number,
  components: readonly string[],
  chance: Chance,
): ScenarioManifest {
  const contexts = chance.happens(0.6)
    ? []
    : [
        chance.pick([
          "application",
          "component",
          "composite",
          "push",
          "pull_request",
          `component_${chance.pick(components)}`,
        ]),
      ];
  return { name: `${application}-check-${index}`, application, optional: chance.happens(0.2), contexts };
}

function buildsOf(
  applications: readonly PlannedApplication[],
  chance: Chance,
  busyMs: number,
): readonly PlannedBuild[] {
  const numbered = chance.happens(0.3);
  return applications.flatMap(({ components }) => {
    const counts = new Map<string, number>();
    const most = chance.pick([4, 4, 6, 12]);
    const burst = chance.happens(0.5);
    const begins = Array.from({ length: chance.between(3, most) }, () =>
      burst ? chance.between(0, 5_000) : chance.between(0, busyMs * 0.7),
    ).toSorted((a, b) => a - b);
    return begins.map((beginsMs): PlannedBuild => {
      const component = chance.pick(components);
      const number = (counts.get(component) ?? 0) + 1;
      counts.set(component, number);
      const takesMs = chance.happens(0.2) ? chance.between(20_000, 60_000) : chance.between(500, 10_000);
      return {
        short: `${component}.${number}`,
        component,
        beginsMs,
        endsMs: beginsMs + takesMs,
        outcome: chance.happens(0.9) ? "succeeded" : chance.pick(["failed", "withoutResults"] as const),
        sequence: numbered ? 100 + number : undefined,
        pullRequest: chance.happens(0.1),
        merges: false,
      };
    });
  });
}

/** The same builds, where more of them are of pull requests, and some pushes merge one. */
function reviewed(builds: readonly PlannedBuild[], chance: Chance): readonly PlannedBuild[] {
  const [many, merging] = [chance.pick([0, 0, 0.5]), chance.pick([0, 0.2])];
  return builds.map((build) => {
    const pullRequest = chance.happens(many) || build.pullRequest;
    return { ...build, pullRequest, merges: chance.happens(merging) && !pullRequest };
  });
}

function deedsOf(applications: readonly PlannedApplication[], chance: Chance, busyMs: number): readonly PlannedDeed[] {
  const meddled = applications.filter(({ healthy }) => !healthy);
  const planned = Array.from({ length: chance.between(1, 6) }, () => ({
    atMs: chance.between(1_000, busyMs),
    application: chance.pick(meddled).name,
    deed: deedOf(chance),
  })).toSorted((a, b) => a.atMs - b.atMs);
  // Who deletes both the list and the Snapshots that it could be rebuilt from, wants both forgotten.
  const forgets = planned.some(
    ({ deed }) => deed.kind === "deleteList" || (deed.kind === "garbleList" && deed.repair === "delete"),
  );
  return forgets ? planned.filter(({ deed }) => deed.kind !== "deleteSnapshot") : planned;
}

function deedOf(chance: Chance): Deed {
  const make = chance.pick<() => Deed>([
    ...Array.from({ length: 2 }, () => (): Deed => ({
      kind: "override",
      valid: chance.happens(0.7),
      whole: chance.happens(0.5),
    })),
    ...Array.from({ length: 3 }, () => (): Deed => ({ kind: "rerun", which: chance.pick(["all", "one"] as const) })),
    ...Array.from({ length: 2 }, () => (): Deed => ({
      kind: "garbleList",
      repairMs: chance.between(1_000, 60_000),
      repair: chance.pick(["restore", "delete"] as const),
    })),
    () => ({ kind: "removeComponent", backMs: chance.pick([0, 5_000, 60_000]) }),
    ...plainDeeds.map((kind) => (): Deed => ({ kind })),
  ]);
  return make();
}

const plainDeeds = [
  "untyped",
  "deleteList",
  "addComponent",
  "addScenario",
  "removeScenario",
  "addPlan",
  "removePlan",
  "deleteRun",
  "deleteSnapshot",
  "switchMode",
  "touch",
  "touch",
] as const;

/** How the tests of the simulation end: by seed, scenario, content and attempt, and by nothing else. */
export type TestResult = "SUCCESS" | "WARNING" | "SKIPPED" | "FAILURE" | "ERROR" | "broken" | "unreadable";

const passing: ReadonlySet<TestResult> = new Set(["SUCCESS", "WARNING", "SKIPPED"]);

export function isPass(result: TestResult): boolean {
  return passing.has(result);
}

/** What a test says of a content: images by Component. */
export function resultOf(
  seed: number,
  { failing, incompatible }: Pick<Workload, "failing" | "incompatible">,
  test: {
    readonly scenario: string;
    readonly images: readonly string[];
    readonly attempt: number;
    readonly healthy: boolean;
  },
): TestResult {
  const { scenario, images, attempt, healthy } = test;
  const fate = fateOf(`${seed}/${scenario}/${images.join()}/${attempt}`);
  if (!healthy && (clash(seed, images, incompatible) || fate < failing)) {
    return (["FAILURE", "ERROR", "broken", "unreadable"] as const)[Math.floor(fateOf(`${fate}`) * 4)] ?? "FAILURE";
  }
  if (fate > 0.95) return "SKIPPED";
  return fate > 0.85 ? "WARNING" : "SUCCESS";
}

function clash(seed: number, images: readonly string[], incompatible: number): boolean {
  return images.some((one, index) =>
    images.slice(index + 1).some((other) => fateOf(`${seed}/${one}/${other}`) < incompatible),
  );
}
