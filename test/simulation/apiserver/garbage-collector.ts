import type { ApiContext, Target } from "./context.ts";
import { deleteObject, foregroundFinalizer, orphanFinalizer } from "./delete.ts";
import { objectOf, type ApiObject, textOf } from "./json.ts";
import { storageVersionOf, type Kind } from "./kinds.ts";
import { updateObject } from "./update.ts";

/** Who the log of writes says did this. */
export const garbageCollectorAgent = "garbage-collector";

/** Does once what the controllers of a real cluster do all the time: deletes dependents whose owners are gone, ends
 * orphaning and foreground deletions, and empties namespaces. Returns whether it changed anything. */
export function collectGarbage(context: ApiContext): boolean {
  const before = context.store.revision;
  const objects = located(context);
  const uids = new Set(objects.map(({ object }) => object.metadata.uid));
  for (const { object, target } of objects) {
    const owners = object.metadata.ownerReferences ?? [];
    const ownerless = owners.length > 0 && owners.every((owner) => !uids.has(textOf(owner["uid"])));
    if (ownerless && object.metadata.deletionTimestamp === undefined) remove(context, target);
    if (object.metadata.deletionTimestamp !== undefined) finishDeletion(context, { object, target }, objects);
  }
  return context.store.revision !== before;
}

interface Located {
  readonly object: ApiObject;
  readonly target: Target;
}

function located(context: ApiContext): Located[] {
  const kinds = new Map<string, Kind>();
  for (const kind of context.kinds.all()) if (!kinds.has(kind.storage)) kinds.set(kind.storage, kind);
  return [...kinds.values()].flatMap((kind) => {
    const version = storageVersionOf(kind);
    return [...context.store.list(kind.storage).values()].map((object) => {
      const { name, namespace } = object.metadata;
      return { object, target: { kind, version, namespace, name, subresource: "" as const } };
    });
  });
}

const options = { dryRun: false, manager: garbageCollectorAgent };

function remove(context: ApiContext, target: Target): void {
  const stored = context.store.get(target.kind.storage, `${target.namespace ?? ""}/${target.name}`);
  if (stored !== undefined) deleteObject(context, target, { propagationPolicy: "Background" }, options);
}

function finishDeletion(context: ApiContext, { object, target }: Located, all: readonly Located[]): void {
  if (target.kind.storage === "/namespaces") return emptyNamespace(context, target, all);
  const dependents = all.filter((one) =>
    (one.object.metadata.ownerReferences ?? []).some((owner) => owner["uid"] === object.metadata.uid),
  );
  const finalizers = object.metadata.finalizers ?? [];
  if (finalizers.includes(orphanFinalizer)) {
    for (const dependent of dependents) disown(context, dependent, object);
    dropFinalizer(context, { object, target }, orphanFinalizer);
  }
  if (!finalizers.includes(foregroundFinalizer)) return;
  for (const dependent of dependents) remove(context, dependent.target);
  const left = dependents.filter(
    (one) =>
      context.store.get(one.target.kind.storage, `${one.target.namespace ?? ""}/${one.target.name}`) !== undefined,
  );
  if (left.length === 0) dropFinalizer(context, { object, target }, foregroundFinalizer);
}

function disown(context: ApiContext, { object, target }: Located, owner: ApiObject): void {
  const ownerReferences = (object.metadata.ownerReferences ?? []).filter((one) => one["uid"] !== owner.metadata.uid);
  updateObject(
    context,
    target,
    { existing: object, desired: { ...object, metadata: { ...object.metadata, ownerReferences } } },
    options,
  );
}

function dropFinalizer(context: ApiContext, { object, target }: Located, finalizer: string): void {
  const finalizers = (object.metadata.finalizers ?? []).filter((one) => one !== finalizer);
  updateObject(
    context,
    target,
    { existing: object, desired: { ...object, metadata: { ...object.metadata, finalizers } } },
    options,
  );
}

function emptyNamespace(context: ApiContext, target: Target, all: readonly Located[]): void {
  const content = all.filter((one) => one.target.kind.namespaced && one.target.namespace === target.name);
  for (const one of content) remove(context, one.target);
  const left = content.some(
    (one) => context.store.get(one.target.kind.storage, `${target.name}/${one.target.name}`) !== undefined,
  );
  const stored = context.store.get(target.kind.storage, `/${target.name}`);
  if (!left && stored !== undefined && objectOf(stored["status"])["phase"] === "Terminating") {
    context.store.remove(target.kind.storage, `/${target.name}`);
  }
}
