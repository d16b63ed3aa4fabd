import type { KubeObject } from "../../src/kube/object.ts";
import type { Configuration } from "./configuration.ts";
import { Gate, isWrite, type Call, type Interruption, type Request } from "./gate.ts";
import type { Ghost } from "./ghost.ts";
import { afterWrite, type Violation } from "./invariants.ts";
import { kindNames, type Kind } from "./kinds.ts";
import { type ControllerName, type Ending, type Knowledge, OperatorUnderTest } from "./operator-under-test.ts";
import { startedOperator, type OperatorState, type State } from "./state.ts";
import {
  all,
  createObject,
  deleteObject,
  find,
  patchObject,
  type Objects,
  type WatchEvent,
  type World,
  type Written,
} from "./world.ts";

/** One write as stories tell it. */
export interface WrittenDown {
  readonly request: Request;
  readonly before: KubeObject | undefined;
  readonly after: KubeObject | undefined;
}

/** A reconcile and what may go wrong with it. */
export interface Undertaking {
  readonly operator: number;
  readonly controller: ControllerName;
  readonly name: string;
  readonly interruption?: Interruption;
}

/** A state in the middle of a transition. */
export class Moment {
  world: World;
  ghost: Ghost;
  violation: Violation | undefined;
  readonly operators: OperatorState[];
  readonly written: WrittenDown[] = [];
  readonly #state: State;
  readonly #configuration: Configuration;

  constructor(state: State, configuration: Configuration) {
    this.#state = state;
    this.#configuration = configuration;
    this.world = state.world;
    this.ghost = state.ghost;
    this.operators = [...state.operators];
  }

  /** The state that this transition leads to. */
  end(over: Partial<State> = {}): State {
    const { world, ghost, operators } = this;
    return { ...this.#state, ...over, world, ghost, operators };
  }

  /** A person, Tekton or a pruner writes: invariants are about what operators do. */
  environment(written: Written): void {
    this.world = written.world;
    this.#spread(written.event, undefined);
  }

  /** Runs one reconcile; returns how it ended and what it called. */
  async run({
    operator: index,
    controller,
    name,
    interruption,
  }: Undertaking): Promise<{ readonly ending: Ending; readonly calls: readonly Call[] }> {
    const before = this.#operator(index);
    const told = before.suspended?.calls ?? [];
    const operator = new OperatorUnderTest(before.known);
    const gate = new Gate((request) => this.#execute(request, { index, operator }), interruption, told);
    const ending = await operator.reconcile(controller, name, gate);
    const { calls } = gate;
    if (interruption?.kind === "suspend" && ending.kind === "stopped") {
      const queue = before.queue.filter((key) => key !== `${controller}/${name}`);
      this.operators[index] = {
        ...this.#operator(index),
        queue,
        ready: [],
        waiting: [],
        suspended: { controller, name, calls },
      };
    } else if (ending.kind === "stopped") {
      this.operators[index] = startedOperator(this.world);
    } else {
      this.operators[index] = this.#learned(index, operator, { key: `${controller}/${name}`, ending });
    }
    return { ending, calls };
  }

  /** Lets a running operator carry calls out, without any of the bookkeeping around a reconcile of its own. */
  gateOf(index: number, operator: OperatorUnderTest): Gate {
    return new Gate((request) => this.#execute(request, { index, operator }));
  }

  #operator(index: number): OperatorState {
    const operator = this.operators[index];
    if (operator === undefined) throw new TypeError(`there is no operator ${String(index)}`);
    return operator;
  }

  #learned(
    index: number,
    operator: OperatorUnderTest,
    { key, ending }: { readonly key: string; readonly ending: Ending },
  ): OperatorState {
    const { suspended: _, ...before } = this.#operator(index);
    const again = ending.kind === "threw" || ending.kind === "lookAgain";
    const queue = new Set([...before.queue.filter((each) => each !== key), ...operator.woken, ...(again ? [key] : [])]);
    return {
      ...before,
      known: knowledgeOf(operator, before.known, this.world),
      pending: withoutKnown(before.pending, operator),
      queue: [...queue].sort(),
      ready: [],
      waiting: [],
    };
  }

  #execute(request: Request, by: { readonly index: number; readonly operator: OperatorUnderTest }): unknown {
    const { kind, name } = request as { kind: Kind; name: string };
    if (request.verb === "touch") return this.#touch(kind, name);
    if (!isWrite(request)) return this.#read(request);
    const before = this.world;
    const written = write(before, request);
    this.world = written.world;
    const answer = request.verb === "delete" ? { kind: "gone", uid: written.object.metadata.uid } : written.object;
    if (written.event === undefined) return answer;
    this.written.push({ request, before: find(before, kind, name), after: find(this.world, kind, name) });
    const { ghost, violation } = afterWrite(
      { kind, name, before, after: this.world },
      { ghost: this.ghost, configuration: this.#configuration },
    );
    this.ghost = ghost;
    this.violation ??= violation;
    this.#spread(written.event, by);
    return answer;
  }

  #touch(kind: Kind, name: string): void {
    const object = find(this.world, kind, name);
    if (object === undefined) return;
    const times = Number(object.metadata.annotations?.[touched] ?? 0) + 1;
    this.environment(
      patchObject(this.world, kind, name, { body: { metadata: { annotations: { [touched]: String(times) } } } }),
    );
  }

  #read(request: Request): unknown {
    return readWorld(this.world, request);
  }

  /** Every operator's watch gets to know; the one that wrote may be told at once. */
  #spread(
    event: WatchEvent | undefined,
    by: { readonly index: number; readonly operator: OperatorUnderTest } | undefined,
  ): void {
    if (event === undefined) return;
    for (const [index, operator] of this.operators.entries()) {
      const isLate = operator.lagging.includes(event.kind) || (operator.pending[event.kind]?.length ?? 0) > 0;
      if (by?.index === index && !isLate) by.operator.see(event);
      else
        this.operators[index] = {
          ...operator,
          pending: { ...operator.pending, [event.kind]: [...(operator.pending[event.kind] ?? []), event] },
        };
    }
  }
}

function write(world: World, request: Request): Written {
  switch (request.verb) {
    case "create":
      return createObject(world, request.kind, request.object);
    case "patch":
      return patchObject(world, request.kind, request.name, request);
    case "delete":
      return deleteObject(world, request.kind, request.name, request.seen);
    case "get":
    case "list":
    case "touch":
      throw new TypeError(`${request.verb} writes nothing`);
  }
}

/** What nobody here reads. */
const touched = "example.com/touched";

/** What a client reads: the API server is never behind. */
export function readWorld(world: World, request: Request): unknown {
  if (request.verb === "get" || request.verb === "touch") return find(world, request.kind, request.name);
  return { items: all(world, request.kind), resourceVersion: String(world.version), sizeBytes: 0 };
}

/** What an operator knows after it has run; the world's own where it knows all there is. */
export function knowledgeOf(operator: OperatorUnderTest, before: Knowledge, world: World): Knowledge {
  const objects = Object.fromEntries(
    kindNames.map((kind): [Kind, Objects] => {
      const known = operator.known(kind);
      return [kind, isSame(known, world.objects[kind]) ? world.objects[kind] : known];
    }),
  ) as unknown as Knowledge["objects"];
  return { objects, departed: before.departed };
}

function isSame(a: Objects, b: Objects): boolean {
  if (a === b) return true;
  if (a.size !== b.size) return false;
  for (const [name, object] of a) if (b.get(name) !== object) return false;
  return true;
}

/** What a watch has yet to tell and the answer to an own write has told already makes no difference: it is left out. */
function withoutKnown(pending: OperatorState["pending"], operator: OperatorUnderTest): OperatorState["pending"] {
  const left = Object.entries(pending).map(([kind, events]) => {
    const known = operator.known(kind as Kind);
    return [
      kind,
      events.filter(({ type, object }) => type === "gone" || isNews(known.get(object.metadata.name), object)),
    ] as const;
  });
  return Object.fromEntries(left.filter(([, events]) => events.length > 0));
}

function isNews(known: KubeObject | undefined, told: KubeObject): boolean {
  return known === undefined || Number(told.metadata.resourceVersion) > Number(known.metadata.resourceVersion);
}
