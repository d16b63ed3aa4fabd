import { configure, type BudgetName, type Configuration } from "./configuration.ts";

/** Small worlds that are searched one after the other, and told in one line of the table. */
export interface Family {
  readonly name: string;
  readonly about: string;
  readonly members: readonly Configuration[];
}

/** What can happen besides builds and tests. */
const happenings: readonly BudgetName[] = [
  "faults",
  "lags",
  "reruns",
  "overrides",
  "removals",
  "listDeletions",
  "listEdits",
  "scenarioChanges",
  "prunings",
  "collections",
];

type Together = readonly BudgetName[];

const pairs: readonly Together[] = happenings.flatMap((first, i) =>
  happenings.slice(i + 1).map((second) => [first, second]),
);
const triples: readonly Together[] = happenings
  .flatMap((first, i) =>
    happenings.slice(i + 1).flatMap((second, j) => happenings.slice(i + j + 2).map((third) => [first, second, third])),
  )
  .filter((three) => !isUnsettled(three));

/** What nobody heard to be promoted, before a person made the list unreadable and another made it fail a scenario, is told by
 * what can be known without the list, and that is wrong once the list is mended (docs/reliability.md). */
function isUnsettled(three: readonly string[]): boolean {
  return ["faults", "listEdits", "scenarioChanges"].every((name) => three.includes(name));
}

function once(
  prefix: string,
  sets: readonly Together[],
  over: Pick<Configuration, "owner" | "lagKinds"> & Partial<Pick<Configuration, "startingImages" | "mayFail">>,
): readonly Configuration[] {
  return sets.map((set) =>
    configure(`${prefix}-${set.join("-")}`, `One Component of one build, and once each: ${set.join(", ")}`, {
      ...over,
      builds: { a: 1 },
      budgets: Object.fromEntries(set.map((name) => [name, 1])),
    }),
  );
}

const watched = [
  "snapshots",
  "pipelineruns",
  "configmaps",
  "releases",
  "components",
  "integrationtestscenarios",
] as const;
const application = { owner: "Application", lagKinds: [...watched, "applications"] } as const;
const componentGroup = { owner: "ComponentGroup", lagKinds: [...watched, "componentgroups"] } as const;

export const families: readonly Family[] = [
  {
    name: "1x1-first-image-any-two",
    about: "One Component of one build that has no image yet: any two things that can happen, once each",
    members: once("1x1-first-image", pairs, { ...application, startingImages: false }),
  },
  {
    name: "group-1x1-any-two",
    about: "The same of any two, of a ComponentGroup",
    members: once("group-1x1", pairs, componentGroup),
  },
];

/** Takes minutes, and gets the time that is left. */
export const anyThree: Family = {
  name: "1x1-any-three",
  about: "Any three, of an Application, and the Component has an image",
  members: once("1x1", triples, application),
};

/** Those that take minutes, too: searched when they are asked for. */
export const largeFamilies: readonly Family[] = [
  {
    name: "1x1-first-image-any-three",
    about: "Any three, and the Component has no image yet",
    members: once("1x1-first-image", triples, { ...application, startingImages: false, mayFail: false }),
  },
  {
    name: "group-1x1-any-three",
    about: "Any three, of a ComponentGroup",
    members: once("group-1x1", triples, { ...componentGroup, mayFail: false }),
  },
];
