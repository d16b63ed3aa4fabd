import { KubeError, type KubeErrorKind } from "../../src/kube/errors.ts";
import type { KubeObject } from "../../src/kube/object.ts";
import { kindNames, type Kind } from "./kinds.ts";
import { applyMergePatch } from "./merge-patch.ts";

/** The only namespace there is. */
export const namespace = "team";

export type Objects = ReadonlyMap<string, KubeObject>;

/** What the API server holds. It never changes: a write makes another one. */
export interface World {
  readonly objects: Readonly<Record<Kind, Objects>>;
  /** The latest resourceVersion. */
  readonly version: number;
  /** How many Snapshots there ever were: their age, where a configuration tells them apart. */
  readonly made: number;
  readonly aging: boolean;
  /** How often an object of a kind and name was deleted: whoever comes later has another uid. */
  readonly deaths: ReadonlyMap<string, number>;
}

/** What a watch tells of a write. */
export interface WatchEvent {
  readonly kind: Kind;
  readonly type: "there" | "gone";
  readonly object: KubeObject;
}

/** A write, taken effect. */
export interface Written {
  readonly world: World;
  /** What the API server answers; of a deletion, the object as it was last. */
  readonly object: KubeObject;
  /** Absent when the write changed nothing. */
  readonly event?: WatchEvent;
}

/** The moment at which everything happens. The order of builds and of Snapshots is told by what is before it. */
export const nowMs = Date.parse("2026-11-01T12:00:00.000Z");

export function emptyWorld(aging: boolean): World {
  const objects = Object.fromEntries(kindNames.map((kind) => [kind, new Map()])) as unknown as World["objects"];
  return { objects, version: 1000, made: 0, aging, deaths: new Map() };
}

export function find(world: World, kind: Kind, name: string): KubeObject | undefined {
  return world.objects[kind].get(name);
}

export function all(world: World, kind: Kind): readonly KubeObject[] {
  return [...world.objects[kind].values()];
}

/** POST: refuses a name that is taken. */
export function createObject(world: World, kind: Kind, object: KubeObject): Written {
  const { name } = object.metadata;
  if (find(world, kind, name) !== undefined) throw refusal("AlreadyExists", `${kind} "${name}" already exists`);
  const version = world.version + 1;
  const age = world.aging && kind === "snapshots" ? world.made * 1000 : 0;
  const made: KubeObject = deepFreeze({
    ...object,
    metadata: {
      creationTimestamp: new Date(nowMs + age).toISOString().replace(".000", ""),
      ...object.metadata,
      namespace,
      uid: `${kind}/${name}/${String(world.deaths.get(`${kind}/${name}`) ?? 0)}`,
      resourceVersion: String(version),
      generation: 1,
    },
  });
  const after = { ...put(world, kind, made), version, made: world.made + (kind === "snapshots" ? 1 : 0) };
  return { world: after, object: made, event: { kind, type: "there", object: made } };
}

/** PATCH with a JSON merge patch: a uid or resourceVersion in it is a precondition. */
export function patchObject(
  world: World,
  kind: Kind,
  name: string,
  { body, subresource }: { readonly body: object; readonly subresource?: "status" },
): Written {
  const before = find(world, kind, name);
  if (before === undefined) throw refusal("NotFound", `${kind} "${name}" not found`);
  const { metadata = {}, status, ...rest } = body as { metadata?: Record<string, unknown>; status?: unknown };
  const { uid, resourceVersion, ...changes } = metadata;
  if (uid !== undefined && uid !== before.metadata.uid) throw refusal("Conflict", `${kind} "${name}" has another uid`);
  if (resourceVersion !== undefined && resourceVersion !== before.metadata.resourceVersion)
    throw refusal("Conflict", `${kind} "${name}" has been modified`);
  const grown = "spec" in rest ? { generation: Number(before.metadata.generation ?? 1) + 1 } : {};
  const change = subresource === "status" ? { status } : { metadata: { ...changes, ...grown }, ...rest };
  return update(world, kind, before, applyMergePatch(before, change) as KubeObject);
}

/** DELETE: a uid or resourceVersion is a precondition; an object with finalizers stays until they are gone. */
export function deleteObject(
  world: World,
  kind: Kind,
  name: string,
  { uid, resourceVersion }: { readonly uid?: string; readonly resourceVersion?: string } = {},
): Written {
  const before = find(world, kind, name);
  if (before === undefined) throw refusal("NotFound", `${kind} "${name}" not found`);
  if (uid !== undefined && uid !== before.metadata.uid) throw refusal("Conflict", `${kind} "${name}" has another uid`);
  if (resourceVersion !== undefined && resourceVersion !== before.metadata.resourceVersion)
    throw refusal("Conflict", `${kind} "${name}" has been modified`);
  if ((before.metadata.finalizers ?? []).length === 0) return drop(world, kind, before);
  if (before.metadata.deletionTimestamp !== undefined) return { world, object: before };
  const deletionTimestamp = new Date(nowMs).toISOString();
  return update(world, kind, before, { ...before, metadata: { ...before.metadata, deletionTimestamp } });
}

function update(world: World, kind: Kind, before: KubeObject, after: KubeObject): Written {
  // Like the API server: a write that changes nothing makes no new version and no event.
  if (after === before) return { world, object: before };
  const version = world.version + 1;
  const object: KubeObject = deepFreeze({
    ...after,
    metadata: { ...after.metadata, resourceVersion: String(version) },
  });
  if (object.metadata.deletionTimestamp !== undefined && (object.metadata.finalizers ?? []).length === 0)
    return drop(world, kind, object);
  return { world: { ...put(world, kind, object), version }, object, event: { kind, type: "there", object } };
}

function drop(world: World, kind: Kind, last: KubeObject): Written {
  const version = world.version + 1;
  const object = deepFreeze({ ...last, metadata: { ...last.metadata, resourceVersion: String(version) } });
  const objects = new Map(world.objects[kind]);
  const { name } = last.metadata;
  objects.delete(name);
  const id = `${kind}/${name}`;
  const deaths = new Map(world.deaths).set(id, (world.deaths.get(id) ?? 0) + 1);
  return {
    world: { ...world, objects: { ...world.objects, [kind]: objects }, version, deaths },
    object,
    event: { kind, type: "gone", object },
  };
}

function put(world: World, kind: Kind, object: KubeObject): World {
  const objects = new Map(world.objects[kind]).set(object.metadata.name, object);
  return { ...world, objects: { ...world.objects, [kind]: objects } };
}

const statusOf: Readonly<Partial<Record<KubeErrorKind, number>>> = {
  NotFound: 404,
  AlreadyExists: 409,
  Conflict: 409,
  Unavailable: 503,
};

/** What the API server says no with. */
export function refusal(kind: KubeErrorKind, message: string): KubeError {
  return new KubeError({
    kind,
    status: statusOf[kind] ?? 0,
    reason: kind,
    message,
    serverDidNotAct: kind === "Conflict",
  });
}

/** Nobody may change what everybody shares: not the operator under test either. */
function deepFreeze<T>(value: T): T {
  if (typeof value !== "object" || value === null || Object.isFrozen(value)) return value;
  for (const part of Object.values(value)) deepFreeze(part);
  return Object.freeze(value);
}
