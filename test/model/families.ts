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
  "prunings",
  "collections",
];

const triples: readonly (readonly BudgetName[])[] = happenings.flatMap((first, i) =>
  happenings.slice(i + 1).flatMap((second, j) => happenings.slice(i + j + 2).map((third) => [first, second, third])),
);

function anyThree(
  prefix: string,
  over: Pick<Configuration, "owner" | "lagKinds"> & Partial<Pick<Configuration, "startingImages" | "mayFail">>,
): readonly Configuration[] {
  return triples.map((three) =>
    configure(`${prefix}-${three.join("-")}`, `One Component of one build, and once each: ${three.join(", ")}`, {
      ...over,
      builds: { a: 1 },
      budgets: Object.fromEntries(three.map((name) => [name, 1])),
    }),
  );
}

export const families: readonly Family[] = [
  {
    name: "1x1-any-three",
    about: "One Component of one build: any three things that can happen, once each",
    members: anyThree("1x1", {
      owner: "Application",
      lagKinds: ["snapshots", "pipelineruns", "configmaps", "releases", "components", "applications"],
    }),
  },
  {
    name: "1x1-first-image-any-three",
    about: "The same, and the Component has no image yet",
    members: anyThree("1x1-first-image", {
      owner: "Application",
      lagKinds: ["snapshots", "pipelineruns", "configmaps", "releases", "components", "applications"],
      startingImages: false,
      mayFail: false,
    }),
  },
  {
    name: "group-1x1-any-three",
    about: "The same of a ComponentGroup",
    members: anyThree("group-1x1", {
      owner: "ComponentGroup",
      lagKinds: ["snapshots", "pipelineruns", "configmaps", "releases", "components", "componentgroups"],
      mayFail: false,
    }),
  },
];
