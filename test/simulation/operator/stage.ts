import { createSimulatedApiServer, type SimulatedApiServer } from "../apiserver/server.ts";
import type { ApiObject, JsonObject } from "../apiserver/json.ts";
import { objectOf } from "../apiserver/json.ts";
import type { TypeName } from "../apiserver/store-access.ts";
import { createVirtualClock, type VirtualClock } from "../apiserver/virtual-clock.ts";
import { createChance } from "./chance.ts";
import { definitions, namespace } from "./definitions.ts";
import { GroundTruth } from "./ground-truth.ts";
import type { Settings } from "./settings.ts";
import type { Workload } from "./workload.ts";

/** Where a run takes place. */
export interface Stage {
  readonly settings: Settings;
  readonly workload: Workload;
  readonly clock: VirtualClock;
  readonly server: SimulatedApiServer;
  readonly truth: GroundTruth;
  /** Virtual milliseconds since the beginning. */
  readonly now: () => number;
  /** Things from outside that are still to happen. */
  readonly outstanding: Set<object>;
  /** Says something in the story that is no write. */
  readonly remark: (text: string) => void;
  /** An invariant that no single write breaks is broken. */
  readonly broken: (how: string) => void;
}

export interface Listening {
  readonly remark: Stage["remark"];
  readonly broken: Stage["broken"];
}

/** An empty stage. */
export function createStage(settings: Settings, workload: Workload, listening: Listening): Stage {
  const clock = createVirtualClock();
  const server = createSimulatedApiServer({
    clock,
    random: createChance(settings.seed, "server").random,
    definitions,
    historyLength: settings.level === "heavy" ? 200 : 10_000,
    // What is deleted as history takes along what belongs to it, some time later.
    garbageCollection: settings.snapshotBudgets !== undefined,
    garbageCollectionDelayMs: 1_000,
  });
  const truth = new GroundTruth();
  return {
    settings,
    workload,
    clock,
    server,
    truth,
    now: () => clock.monotonic(),
    outstanding: new Set(),
    ...listening,
  };
}

/** Lets something happen later, and remembers that it is still to come. */
export function later({ clock, outstanding }: Stage, afterMs: number, act: () => void): void {
  const token = {};
  outstanding.add(token);
  clock.after(afterMs, () => {
    outstanding.delete(token);
    act();
  });
}

/** Changes an object's status, past every fault; false when the object is gone. */
export function setStatus({ server }: Stage, type: TypeName, name: string, status: object): boolean {
  const object = server.get(type, name, namespace);
  if (object === undefined) return false;
  server.put({ ...object, status: { ...objectOf(object["status"]), ...(status as JsonObject) } });
  return true;
}

/** Changes an object, past every fault. */
export function change({ server }: Stage, type: TypeName, name: string, by: (object: ApiObject) => ApiObject): boolean {
  const object = server.get(type, name, namespace);
  if (object === undefined) return false;
  server.put(by(object));
  return true;
}

export function iso({ clock }: Stage): string {
  return new Date(clock.now()).toISOString();
}
