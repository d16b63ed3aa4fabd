import type { Budgets, Configuration } from "./configuration.ts";
import type { Call } from "./gate.ts";
import { newGhost, type Ghost } from "./ghost.ts";
import { openingScene } from "./cast.ts";
import { kindNames, type Kind } from "./kinds.ts";
import { requiredScenarios } from "./readings.ts";
import type { ControllerName, Knowledge } from "./operator-under-test.ts";
import type { WatchEvent, World } from "./world.ts";

/** A reconcile that waits in front of a write. */
export interface Suspended {
  readonly controller: ControllerName;
  readonly name: string;
  /** What it has been told so far; told again when it goes on. */
  readonly calls: readonly Call[];
}

export interface OperatorState {
  readonly known: Knowledge;
  /** What its watches have not told yet, in the order in which they will. */
  readonly pending: Readonly<Partial<Record<Kind, readonly WatchEvent[]>>>;
  /** Kinds whose watch has fallen behind. */
  readonly lagging: readonly Kind[];
  /** What its controllers have been asked for, as `controller/name`, sorted. */
  readonly queue: readonly string[];
  /** Of these: the ones that would write something. */
  readonly ready: readonly string[];
  /** Of these: the ones that cannot go on as things are, and will look again. */
  readonly waiting: readonly string[];
  readonly suspended?: Suspended;
  /** Its caches have just been listed: its controllers have yet to be asked for all there is. */
  readonly fresh: boolean;
}

/** Everything that decides what can happen next, and whether it is right. */
export interface State {
  readonly world: World;
  readonly operators: readonly OperatorState[];
  readonly ghost: Ghost;
  readonly budgets: Budgets;
  /** The candidate list's data before a person spoilt it. */
  readonly spoilt?: Readonly<Record<string, string>>;
}

/** An operator that has just started. */
export function startedOperator(world: World): OperatorState {
  return {
    known: { objects: world.objects, departed: [] },
    pending: {},
    lagging: [],
    queue: [],
    ready: [],
    waiting: [],
    fresh: true,
  };
}

/** Where a search begins, once everything is settled. */
export function openingState(configuration: Configuration): State {
  const world = openingScene(configuration);
  const { builds, added, startingImages } = configuration;
  const present = Object.keys(builds).filter((name) => startingImages && !added.includes(name));
  const start = present.map((name) => [name, `${name}0`] as const);
  const operators = Array.from({ length: configuration.operators }, () => startedOperator(world));
  return {
    world,
    operators,
    ghost: newGhost(Object.fromEntries(start), requiredScenarios(world)),
    budgets: configuration.budgets,
  };
}

/** Whether a watch has something to tell. */
export function hasPending({ pending }: OperatorState): boolean {
  return kindNames.some((kind) => (pending[kind]?.length ?? 0) > 0);
}

/** Whether nothing can happen but what the environment does. */
export function isIdle({ operators }: State): boolean {
  return operators.every(
    (operator) => operator.suspended === undefined && operator.ready.length === 0 && !hasPending(operator),
  );
}
