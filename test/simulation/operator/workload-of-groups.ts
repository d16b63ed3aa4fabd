import { createChance, type Chance } from "./chance.ts";
import { ownerId } from "./owners.ts";
import {
  buildsOf,
  deedOf,
  plannedScenario,
  reviewed,
  sensible,
  workloadOf,
  type Deed,
  type PlannedDeed,
  type PlannedOwner,
  type TestOrder,
  type Workload,
} from "./workload.ts";

/** The workload that a seed stands for: in a share of the seeds with ComponentGroups beside the Applications, one, or one in
 * another. The first may have the name of an Application, and share its Components. What is drawn for them is drawn apart, so that
 * they change nothing for the Applications. */
export function workloadWithGroups(seed: number, busyMs: number): Workload {
  const workload = withGroups(workloadOf(seed, busyMs), seed, busyMs);
  const pauses = pausesOf(workload, createChance(seed, "pauses"), busyMs);
  return { ...workload, deeds: sensible([...workload.deeds, ...pauses]) };
}

function withGroups(workload: Workload, seed: number, busyMs: number): Workload {
  const chance = createChance(seed, "groups");
  if (!chance.happens(0.4)) return workload;
  const first = groupOf(chance.pick(["web", "web", "shop"]), versionsOf(chance), [], chance);
  const groups = chance.happens(0.3) ? [first, groupOf("whole", ["d@v1"], [first], chance)] : [first];
  const builds = reviewed(buildsOf(groups, chance, busyMs), createChance(seed, "reviews of groups"));
  return {
    ...workload,
    owners: [...workload.owners, ...groups],
    builds: [...workload.builds, ...builds],
    deeds: [...workload.deeds, ...deedsOf(groups, chance, busyMs)],
  };
}

/** Who is on call brakes while work comes in. */
function pausesOf({ owners }: Workload, chance: Chance, busyMs: number): readonly PlannedDeed[] {
  return owners.flatMap(({ id, healthy }) => {
    if (healthy || !chance.happens(0.2)) return [];
    const deed: Deed = { kind: "pause", forMs: chance.between(5_000, 60_000) };
    return [{ atMs: chance.between(1_000, busyMs / 2), owner: id, deed }];
  });
}

function versionsOf(chance: Chance): readonly string[] {
  return ["a@v1", "b@v1", ...(chance.happens(0.5) ? ["a@v2"] : []), ...(chance.happens(0.3) ? ["c@v1"] : [])];
}

function groupOf(
  name: string,
  versions: readonly string[],
  inner: readonly PlannedOwner[],
  chance: Chance,
): PlannedOwner {
  const id = ownerId("ComponentGroup", name);
  const listed = versions.map((each) => `${name}-${each}`);
  const components = [...listed, ...inner.flatMap((each) => each.components)];
  const scenarios = Array.from({ length: chance.between(1, 3) }, (_, index) =>
    plannedScenario({ id, components }, index, chance),
  );
  return {
    id,
    kind: "ComponentGroup",
    name,
    healthy: false,
    components,
    listed,
    inner: inner.map((each) => each.name),
    graph: orderOf(
      scenarios.map((each) => each.name),
      chance,
    ),
    immediate: chance.happens(0.3),
    startingImages: chance.happens(0.5),
    scenarios,
    plans: Array.from({ length: chance.between(0, 2) }, (_, index) => ({
      name: `${name}-cg-plan-${index}`,
      auto: chance.happens(0.85),
    })),
  };
}

/** Each scenario may run after the one before it. */
function orderOf(scenarios: readonly string[], chance: Chance): TestOrder {
  const chained = scenarios.slice(1).map((name, index) => {
    const parents = chance.happens(0.6) ? [{ name: scenarios[index] ?? "", failFast: chance.happens(0.5) }] : [];
    return [name, parents] as const;
  });
  return new Map(chained.filter(([, parents]) => parents.length > 0));
}

function deedsOf(owners: readonly PlannedOwner[], chance: Chance, busyMs: number): readonly PlannedDeed[] {
  if (chance.happens(0.3)) return [];
  return Array.from({ length: chance.between(1, 4) }, () => ({
    atMs: chance.between(1_000, busyMs),
    owner: chance.pick(owners).id,
    deed: groupDeedOf(chance),
  }));
}

/** What is dearest to a group comes more often. */
function groupDeedOf(chance: Chance): Deed {
  const make = chance.pick<() => Deed>([
    () => ({ kind: "removeComponent", backMs: chance.pick([0, 5_000, 60_000]) }),
    () => ({ kind: "deleteList" }),
    ...Array.from({ length: 4 }, () => () => deedOf(chance)),
  ]);
  return make();
}
