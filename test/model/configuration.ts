import type { OwnerKind } from "../../src/domain/owner.ts";
import type { InterruptionKind } from "./gate.ts";
import type { Kind } from "./kinds.ts";

/** What may happen only so often on one way through the states. */
export interface Budgets {
  /** Faults of all classes together. */
  readonly faults: number;
  /** Watches that fall behind. */
  readonly lags: number;
  /** Reconciles that stop in front of a write until others have gone first. */
  readonly suspensions: number;
  readonly reruns: number;
  readonly overrides: number;
  readonly removals: number;
  /** A person deletes the candidate list. */
  readonly listDeletions: number;
  /** A person edits it into nonsense, and has to undo that, or delete it. */
  readonly listEdits: number;
  /** A person adds a scenario, deletes one, or says that it is optional or that it is not. */
  readonly scenarioChanges: number;
  /** A finished test run is pruned. */
  readonly prunings: number;
  /** Snapshots that are history are deleted, all that may be. */
  readonly collections: number;
}

/** A small world to search, and what may go wrong in it. */
export interface Configuration {
  readonly name: string;
  readonly about: string;
  /** Whose builds they are: a ComponentGroup has one version of each Component. */
  readonly owner: OwnerKind;
  /** How many builds each Component has; they are made in order and may finish in any. */
  readonly builds: Readonly<Record<string, number>>;
  /** Components that a person only adds on the way. */
  readonly added: readonly string[];
  /** Components that upstream's finalizer is on. */
  readonly held: boolean;
  /** Whether each Component comes with an image. */
  readonly startingImages: boolean;
  readonly required: number;
  readonly optional: number;
  /** Whether each required scenario runs after the one before it, if that passed (in a ComponentGroup). */
  readonly ordered: boolean;
  /** Whether tests may fail. */
  readonly mayFail: boolean;
  readonly coalesce: boolean;
  readonly operators: 1 | 2;
  readonly faultKinds: readonly InterruptionKind[];
  readonly lagKinds: readonly Kind[];
  readonly budgets: Budgets;
  /** The images of an override Snapshot: one for each of these Components. */
  readonly overridden: readonly string[];
  /** Another Application in the same namespace whose candidate list is nonsense (I7). */
  readonly badNeighbour: boolean;
  /** Snapshots are told apart by their age, not only by their names. */
  readonly aging: boolean;
  /** Reconciles that commute with all others go first (see transitions.ts). */
  readonly reduce: boolean;
  /** Of how many states at most; what is left is said. */
  readonly statesMax: number;
}

export type BudgetName = keyof Budgets;

const none: Budgets = {
  faults: 0,
  lags: 0,
  suspensions: 0,
  reruns: 0,
  overrides: 0,
  removals: 0,
  listDeletions: 0,
  listEdits: 0,
  scenarioChanges: 0,
  prunings: 0,
  collections: 0,
};

/** A configuration of one operator to which nothing happens but builds and tests, changed where it says so. */
export function configure(
  name: string,
  about: string,
  over: Partial<Omit<Configuration, "budgets">> & { readonly budgets?: Partial<Budgets> },
): Configuration {
  return {
    name,
    about,
    owner: "Application",
    builds: { a: 1, b: 1 },
    added: [],
    held: false,
    startingImages: true,
    required: 1,
    optional: 0,
    ordered: false,
    mayFail: true,
    coalesce: true,
    operators: 1,
    faultKinds: ["conflict", "unavailable", "lost", "crashBefore", "crashAfter"],
    lagKinds: [],
    overridden: ["a"],
    badNeighbour: false,
    aging: false,
    reduce: true,
    statesMax: 400_000,
    ...over,
    budgets: { ...none, ...over.budgets },
  };
}
