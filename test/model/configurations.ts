import { configure, type Configuration } from "./configuration.ts";
import { anyThree, families, largeFamilies } from "./families.ts";

/** What is searched first. Of the small worlds those that take long are not last, so that none is left alone with the end of the time. */
export const configurations: readonly Configuration[] = [
  configure("2x1", "Two Components of one build each; tests pass or fail", {}),
  configure("2x1-immediate", "The same, and composites do not wait for each other", { coalesce: false }),
  configure("2x1-first-images", "The same, and no Component has an image yet", { startingImages: false }),
  configure("2x1-untested", "No scenario is required", { required: 0 }),
  configure("2x1-optional", "One scenario is required, one is optional", { optional: 1 }),
  configure("1x3", "Three builds of one Component finish and pass in any order", { builds: { a: 3 } }),
  configure("1x3-ages", "The same, and Snapshots are told apart by age", { builds: { a: 3 }, aging: true }),
  configure("3x1", "Three Components of one build each", { builds: { a: 1, b: 1, c: 1 }, statesMax: 60_000 }),
  configure("3x1-immediate", "The same, and composites do not wait for each other", {
    builds: { a: 1, b: 1, c: 1 },
    coalesce: false,
    mayFail: false,
  }),
  configure("2x2", "Two Components of two builds each", { builds: { a: 2, b: 2 }, statesMax: 200_000 }),
  configure(
    "two-operators-between",
    "Two operators act; one stops in front of any write until the other has gone first",
    {
      builds: { a: 1, b: 1 },
      operators: 2,
      budgets: { suspensions: 1 },
      mayFail: false,
    },
  ),
  configure("2x2-immediate", "The same, and composites do not wait for each other", {
    builds: { a: 2, b: 2 },
    coalesce: false,
    mayFail: false,
  }),
  configure("2x1-removed", "A Component is removed at any time", { budgets: { removals: 1 }, held: true }),
  configure("2x1-added", "One of the Components is added after its build began", { added: ["b"] }),
  configure("2x1-unreduced", "The same as 2x1, and nothing is left out as equal", { reduce: false }),
  configure("1x1-override-unreduced", "A person makes an override Snapshot, and nothing is left out as equal", {
    builds: { a: 1 },
    budgets: { overrides: 1 },
    reduce: false,
  }),
  configure("2x1-override", "A person makes an override Snapshot of one of two Components", {
    budgets: { overrides: 1 },
  }),
  configure("1x2-override", "A person makes an override Snapshot while two builds are on their way", {
    builds: { a: 2 },
    budgets: { overrides: 1 },
  }),
  configure("2x1-override-removed", "A Component is removed while an override Snapshot may be in testing", {
    builds: { a: 1, b: 1 },
    overridden: ["a", "b"],
    budgets: { overrides: 1, removals: 1 },
    held: true,
    mayFail: false,
  }),
  configure("2x1-rerun", "A person asks to run a Snapshot again", { budgets: { reruns: 1 } }),
  configure("2x1-list-deleted", "A person deletes the candidate list", { budgets: { listDeletions: 1 } }),
  configure("2x1-list-edited", "A person edits the candidate list into nonsense, and undoes that or deletes it", {
    budgets: { listEdits: 1 },
  }),
  configure("2x1-list-deleted-override", "A person makes an override Snapshot and deletes the candidate list", {
    budgets: { listDeletions: 1, overrides: 1 },
    mayFail: false,
  }),
  configure(
    "1x1-scenarios-changed",
    "A person changes what is tested, twice: scenarios come, go, and become optional or required",
    {
      builds: { a: 1 },
      optional: 1,
      budgets: { scenarioChanges: 2 },
    },
  ),
  configure("2x1-scenarios-changed", "A person adds a scenario, deletes one, or makes it optional", {
    budgets: { scenarioChanges: 1 },
  }),
  configure("2x1-pruned", "Finished test runs are pruned", { budgets: { prunings: 2 } }),
  configure("2x1-neighbour", "The candidate list of another Application in the namespace is nonsense", {
    badNeighbour: true,
  }),
  configure("group-2x1", "A ComponentGroup in place of the Application: two Components of one build each", {
    owner: "ComponentGroup",
  }),
  configure("group-1x1-ordered", "A second scenario runs after the first, if that passed", {
    owner: "ComponentGroup",
    builds: { a: 1 },
    required: 2,
    ordered: true,
  }),
  configure("group-2x1-removed", "A Component is removed, or taken out of the ComponentGroup, at any time", {
    owner: "ComponentGroup",
    budgets: { removals: 1 },
    mayFail: false,
  }),
  configure("group-1x1-override-removed", "The same of one Component, while an override Snapshot may be in testing", {
    owner: "ComponentGroup",
    builds: { a: 1 },
    budgets: { overrides: 1, removals: 1 },
  }),
  configure("group-2x1-list-deleted", "A person deletes the candidate list of a ComponentGroup", {
    owner: "ComponentGroup",
    budgets: { listDeletions: 1 },
  }),
  configure("group-2x1-fault", "Any one call of any reconcile goes wrong for a ComponentGroup, in any way", {
    owner: "ComponentGroup",
    budgets: { faults: 1 },
    mayFail: false,
  }),
  configure("group-two-operators-late", "Two operators act for a ComponentGroup; a watch of one of them falls behind", {
    owner: "ComponentGroup",
    builds: { a: 1 },
    operators: 2,
    budgets: { lags: 1 },
    lagKinds: ["snapshots", "pipelineruns", "configmaps", "componentgroups"],
  }),
  configure(
    "group-1x1-ordered-scenarios-changed",
    "The same as group-1x1-ordered, and a person changes the scenarios, twice",
    {
      owner: "ComponentGroup",
      builds: { a: 1 },
      required: 2,
      ordered: true,
      budgets: { scenarioChanges: 2 },
    },
  ),
  configure("group-1x1-ordered-rerun", "A person asks to run again what runs in an order, and changes a scenario", {
    owner: "ComponentGroup",
    builds: { a: 1 },
    required: 2,
    ordered: true,
    budgets: { scenarioChanges: 1, reruns: 1 },
  }),
  configure("1x3-collected", "Snapshots that are history are deleted, twice at any moment", {
    builds: { a: 3 },
    budgets: { collections: 2 },
  }),
  configure("1x2-collected-crash", "History is deleted, and the operator crashes", {
    builds: { a: 2 },
    budgets: { collections: 1, faults: 1 },
    faultKinds: ["crashBefore", "conflict", "lost"],
  }),
  configure("2x1-collected-list-deleted", "History is deleted, and then the candidate list", {
    budgets: { collections: 1, listDeletions: 1 },
  }),
  configure("two-operators-late-collected", "Two operators delete history; a watch of one of them falls behind", {
    operators: 2,
    startingImages: false,
    budgets: { collections: 1, lags: 1 },
    lagKinds: ["configmaps"],
    mayFail: false,
  }),
  configure("1x1-fault", "Any one call of any reconcile goes wrong, in any way; one Component", {
    builds: { a: 1 },
    budgets: { faults: 1 },
  }),
  configure("2x1-fault", "Any one call of any reconcile goes wrong, in any way", { budgets: { faults: 1 } }),
  configure("2x1-crashes", "The operator crashes twice, anywhere", {
    budgets: { faults: 2 },
    faultKinds: ["crashBefore", "crashAfter"],
  }),
  configure("2x1-faults", "Any two calls go wrong, in any way", { budgets: { faults: 2 }, mayFail: false }),
  configure("2x1-late", "Watches fall behind, and an answer gets lost", {
    budgets: { faults: 1, lags: 2 },
    faultKinds: ["lost", "conflict"],
    lagKinds: ["snapshots", "pipelineruns", "configmaps", "releases", "components"],
    mayFail: false,
  }),
  configure("1x1-removed-late", "A Component is removed, a watch falls behind, and an answer gets lost", {
    builds: { a: 1 },
    budgets: { faults: 1, lags: 1, removals: 1 },
    faultKinds: ["lost", "unavailable"],
    lagKinds: ["snapshots", "pipelineruns", "configmaps", "releases", "components", "applications"],
  }),
  configure(
    "1x1-list-deleted-late",
    "A person deletes the candidate list, a watch falls behind, and a call goes wrong",
    {
      builds: { a: 1 },
      budgets: { faults: 1, lags: 1, listDeletions: 1, overrides: 1 },
      faultKinds: ["lost", "crashBefore"],
      lagKinds: ["snapshots", "configmaps", "releases"],
    },
  ),
  configure("1x1-override-removed-fault", "An override, a Component that is removed, and a call that goes wrong", {
    builds: { a: 1 },
    budgets: { faults: 1, overrides: 1, removals: 1 },
    faultKinds: ["lost", "crashBefore"],
    mayFail: false,
  }),
  configure("two-operators-late-crash", "Two operators act; a watch falls behind, and one of them crashes", {
    builds: { a: 1 },
    operators: 2,
    budgets: { lags: 1, faults: 1 },
    faultKinds: ["crashBefore", "lost"],
    lagKinds: ["snapshots", "pipelineruns", "configmaps", "releases"],
  }),
  configure("two-operators-late-rerun", "Two operators act; a watch falls behind, and a person asks for a re-run", {
    builds: { a: 1 },
    operators: 2,
    budgets: { lags: 1, reruns: 1 },
    lagKinds: ["snapshots", "pipelineruns", "configmaps"],
  }),
  configure("rerun-fault", "A person asks for a re-run, and a call goes wrong", {
    builds: { a: 1 },
    budgets: { faults: 1, reruns: 1 },
  }),
  configure("list-deleted-fault", "A person deletes the candidate list, and a call goes wrong", {
    budgets: { faults: 1, listDeletions: 1 },
    mayFail: false,
  }),
  configure(
    "two-operators-late-override",
    "Two operators act; a watch falls behind, one crashes, and there is an override",
    {
      builds: { a: 1 },
      operators: 2,
      budgets: { lags: 1, faults: 1, overrides: 1 },
      faultKinds: ["crashBefore"],
      lagKinds: ["snapshots"],
      mayFail: false,
    },
  ),
  configure("two-operators-late-added", "Two operators act; a watch falls behind, and a Component is added", {
    builds: { a: 1 },
    added: ["a"],
    operators: 2,
    budgets: { lags: 1 },
    lagKinds: ["components", "snapshots"],
    mayFail: false,
  }),
  configure("two-operators-late-pruned", "Two operators act; a watch falls behind, and a finished run is pruned", {
    builds: { a: 1 },
    operators: 2,
    budgets: { lags: 1, prunings: 1 },
    lagKinds: ["snapshots", "pipelineruns"],
    mayFail: false,
  }),
];

/** Searched as far as the time goes: on one core, while the other goes on with what is smaller. */
export const largest: Configuration = configure(
  "3x2-passing",
  "Three Components of two builds each; every test passes",
  {
    builds: { a: 2, b: 2, c: 2 },
    mayFail: false,
    statesMax: 1_000_000,
  },
);

/** What takes minutes, and gets the time that is left. */
export const longest: readonly Configuration[] = [
  configure("2x1-fault-override", "A call goes wrong, and a person makes an override Snapshot", {
    budgets: { faults: 1, overrides: 1 },
    mayFail: false,
    faultKinds: ["lost", "crashBefore"],
  }),
  configure("two-operators-late", "Two operators act; a watch of one of them falls behind", {
    operators: 2,
    budgets: { lags: 1 },
    lagKinds: ["snapshots", "pipelineruns", "configmaps", "releases", "components", "applications"],
    mayFail: false,
  }),
  configure(
    "two-operators-late-crash-2x1",
    "Two operators act for two Components; the Snapshots may be behind, and one crashes",
    {
      operators: 2,
      budgets: { lags: 1, faults: 1 },
      faultKinds: ["crashBefore"],
      lagKinds: ["snapshots"],
      mayFail: false,
    },
  ),
];

/** Too large to search: walked through at random. */
export const walked: readonly Configuration[] = [
  configure("random-one-operator", "Everything at once: three Components, six builds, one operator", {
    builds: { a: 2, b: 2, c: 2 },
    optional: 1,
    budgets: {
      faults: 4,
      lags: 3,
      overrides: 1,
      removals: 1,
      reruns: 1,
      listDeletions: 1,
      prunings: 2,
      collections: 2,
    },
    lagKinds: ["snapshots", "pipelineruns", "configmaps", "releases", "components"],
    overridden: ["a", "b"],
    reduce: false,
  }),
  configure("random-two-operators", "Two operators, two Components, four builds, interleaved and behind", {
    builds: { a: 2, b: 2 },
    operators: 2,
    budgets: { faults: 3, lags: 2, suspensions: 3, removals: 1 },
    lagKinds: ["pipelineruns", "configmaps", "releases"],
    reduce: false,
  }),
];

export function configurationOf(name: string): Configuration {
  const members = [...families, anyThree, ...largeFamilies].flatMap((family) => family.members);
  const found = [...configurations, largest, ...longest, ...walked, ...members].find((each) => each.name === name);
  if (found === undefined) throw new Error(`there is no configuration ${name}`);
  return found;
}
