import { createChance, fateOf, type Chance } from "./chance.ts";
import { shortNameOf, type ScenarioManifest } from "./manifests.ts";
import { nameOf, ownerId, type OwnerId, type OwnerKind } from "./owners.ts";

/** One build of a Component, and when it happens. */
export interface PlannedBuild {
  /** Such as `shop-a.3`, or `web-a-v1.3`: the third build of Component `web-a` in version `v1` to begin. Names its PipelineRun too. */
  readonly short: string;
  /** As candidate lists name it. */
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
  | { readonly kind: "touch" }
  | { readonly kind: "pause"; readonly forMs: number };

export interface PlannedDeed {
  readonly atMs: number;
  readonly owner: OwnerId;
  readonly deed: Deed;
}

/** Scenario → the scenarios that it runs after. */
export type TestOrder = ReadonlyMap<string, readonly { readonly name: string; readonly failFast: boolean }[]>;

/** An Application or a ComponentGroup, and what belongs to it. */
export interface PlannedOwner {
  readonly id: OwnerId;
  readonly kind: OwnerKind;
  readonly name: string;
  readonly immediate: boolean;
  /** All of its Components, as its candidate list names them. */
  readonly components: readonly string[];
  /** Those of them that it has itself, and not by another ComponentGroup that is in it. */
  readonly listed: readonly string[];
  /** ComponentGroups that are in it. */
  readonly inner: readonly string[];
  readonly graph: TestOrder;
  readonly startingImages: boolean;
  readonly scenarios: readonly ScenarioManifest[];
  readonly plans: readonly { readonly name: string; readonly auto: boolean }[];
  /** All of its tests pass, and nobody meddles with it. */
  readonly healthy: boolean;
}

/** All that comes from outside the operator. */
export interface Workload {
  readonly owners: readonly PlannedOwner[];
  readonly builds: readonly PlannedBuild[];
  readonly deeds: readonly PlannedDeed[];
  /** How likely a test fails, and two builds do not go together. */
  readonly failing: number;
  readonly incompatible: number;
  readonly testMs: readonly [least: number, most: number];
  /** How long finished PipelineRuns stay. */
  readonly pruneMs: number | undefined;
}

/** The workload that a seed stands for, as far as Applications go. */
export function workloadOf(seed: number, busyMs: number): Workload {
  const chance = createChance(seed, "workload");
  const names = chance.happens(0.4) ? ["shop", "bank"] : ["shop"];
  const applications = names.map((name, index) => applicationOf(name, index === 1, chance));
  const isPeaceful = chance.happens(0.3);
  return {
    owners: applications,
    builds: reviewed(buildsOf(applications, chance, busyMs), createChance(seed, "reviews")),
    deeds: isPeaceful ? [] : sensible(deedsOf(applications, chance, busyMs)),
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

function applicationOf(name: string, healthy: boolean, chance: Chance): PlannedOwner {
  const components = ["a", "b", "c", "d"]
    .slice(0, chance.between(2, chance.pick([2, 3, 4])))
    .map((each) => `${name}-${each}`);
  return {
    id: ownerId("Application", name),
    kind: "Application",
    name,
    healthy,
    components,
    listed: components,
    inner: [],
    graph: new Map(),
    immediate: chance.happens(0.3),
    startingImages: chance.happens(0.5),
    scenarios: Array.from({ length: chance.between(healthy ? 1 : 0, 3) }, (_, index) =>
      plannedScenario({ id: ownerId("Application", name), components }, index, chance),
    ),
    plans: Array.from({ length: chance.between(0, 2) }, (_, index) => ({
      name: `${name}-plan-${index}`,
      auto: chance.happens(0.85),
    })),
  };
}

/** A scenario of an owner; also those that come later. */
export function plannedScenario(
  { id, components }: Pick<PlannedOwner, "id" | "components">,
  index: number,
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
          `component_${nameOf(chance.pick(components))}`,
        ]),
      ];
  return { name: `${id.replace("-gcl", "")}-check-${index}`, owner: id, optional: chance.happens(0.2), contexts };
}

/** Builds of what owners have themselves. */
export function buildsOf(owners: readonly PlannedOwner[], chance: Chance, busyMs: number): readonly PlannedBuild[] {
  const numbered = chance.happens(0.3);
  return owners.flatMap(({ listed }) => {
    const counts = new Map<string, number>();
    const most = chance.pick([4, 4, 6, 12]);
    const burst = chance.happens(0.5);
    const begins = Array.from({ length: chance.between(3, most) }, () =>
      burst ? chance.between(0, 5_000) : chance.between(0, busyMs * 0.7),
    ).toSorted((a, b) => a - b);
    return begins.map((beginsMs): PlannedBuild => {
      const component = chance.pick(listed);
      const number = (counts.get(component) ?? 0) + 1;
      counts.set(component, number);
      const takesMs = chance.happens(0.2) ? chance.between(20_000, 60_000) : chance.between(500, 10_000);
      return {
        short: `${shortNameOf(component)}.${number}`,
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
export function reviewed(builds: readonly PlannedBuild[], chance: Chance): readonly PlannedBuild[] {
  const [many, merging] = [chance.pick([0, 0, 0.5]), chance.pick([0, 0.2])];
  return builds.map((build) => {
    const pullRequest = chance.happens(many) || build.pullRequest;
    return { ...build, pullRequest, merges: chance.happens(merging) && !pullRequest };
  });
}

function deedsOf(applications: readonly PlannedOwner[], chance: Chance, busyMs: number): readonly PlannedDeed[] {
  const meddled = applications.filter(({ healthy }) => !healthy);
  return Array.from({ length: chance.between(1, 6) }, () => ({
    atMs: chance.between(1_000, busyMs),
    owner: chance.pick(meddled).id,
    deed: deedOf(chance),
  }));
}

/** In order, and without what nobody could ask for: who deletes both the list and the Snapshots that it could be rebuilt from, wants
 * both forgotten. */
export function sensible(deeds: readonly PlannedDeed[]): readonly PlannedDeed[] {
  const planned = deeds.toSorted((a, b) => a.atMs - b.atMs);
  const forgets = planned.some(
    ({ deed }) => deed.kind === "deleteList" || (deed.kind === "garbleList" && deed.repair === "delete"),
  );
  return forgets ? planned.filter(({ deed }) => deed.kind !== "deleteSnapshot") : planned;
}

/** Anything that may be done to any owner. */
export function deedOf(chance: Chance): Deed {
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
