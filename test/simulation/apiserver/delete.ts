import { conflict, notFound } from "./api-error.ts";
import { commitAt, storedAt, timestamp, type ApiContext, type Target, type WriteOptions } from "./context.ts";
import { objectOf, type ApiObject, type Json, type JsonObject, type Metadata, textOf } from "./json.ts";

/** The finalizers by which a deletion asks the garbage collector to act first. */
export const foregroundFinalizer = "foregroundDeletion";
/** See {@link foregroundFinalizer}. */
export const orphanFinalizer = "orphan";

/** What became of a deletion. */
export interface Deleted {
  readonly kind: "gone" | "terminating";
  readonly object: ApiObject;
}

/** Deletes at once, or marks as being deleted while finalizers remain. */
export function deleteObject(context: ApiContext, target: Target, request: JsonObject, options: WriteOptions): Deleted {
  const existing = storedAt(context, target);
  if (existing === undefined) throw notFound(target.kind, target.name);
  checkPreconditions(target, existing.metadata, objectOf(request["preconditions"]));
  const finalizers = finalizersFor(existing.metadata.finalizers ?? [], request["propagationPolicy"]);
  if (target.kind.storage === "/namespaces") return terminateNamespace(context, target, existing, options);
  if (finalizers.length === 0) return { kind: "gone", object: remove(context, target, existing, options) };
  if (existing.metadata.deletionTimestamp !== undefined) return { kind: "terminating", object: existing };
  const metadata = { ...existing.metadata, ...marks(context, existing), finalizers };
  return { kind: "terminating", object: commitAt(context, target, { ...existing, metadata }, options) };
}

function remove(context: ApiContext, target: Target, existing: ApiObject, options: WriteOptions): ApiObject {
  return options.dryRun
    ? existing
    : context.store.remove(target.kind.storage, `${target.namespace ?? ""}/${target.name}`);
}

function marks(context: ApiContext, { metadata }: ApiObject): Partial<Metadata> {
  const generation = metadata.generation === undefined ? {} : { generation: metadata.generation + 1 };
  return { ...generation, deletionTimestamp: timestamp(context), deletionGracePeriodSeconds: 0 };
}

function checkPreconditions({ kind, name }: Target, metadata: Metadata, { uid, resourceVersion }: JsonObject): void {
  // These errors name the kind where others name the plural.
  const about = { ...kind, plural: kind.kind };
  if (uid !== undefined && uid !== metadata.uid) {
    const why = `the UID in the precondition (${textOf(uid)}) does not match the UID in record (${metadata.uid}). The object might have been deleted and then recreated`;
    throw conflict(about, name, why);
  }
  if (resourceVersion === undefined || resourceVersion === metadata.resourceVersion) return;
  const why = `the ResourceVersion in the precondition (${textOf(resourceVersion)}) does not match the ResourceVersion in record (${metadata.resourceVersion}). The object might have been modified`;
  throw conflict(about, name, why);
}

function finalizersFor(current: readonly string[], policy: Json | undefined): string[] {
  const others = current.filter((finalizer) => finalizer !== foregroundFinalizer && finalizer !== orphanFinalizer);
  if (policy === "Foreground") return [...others, foregroundFinalizer];
  if (policy === "Orphan") return [...others, orphanFinalizer];
  return policy === undefined ? [...current] : others;
}

/** A namespace stays until a controller has emptied it. */
function terminateNamespace(context: ApiContext, target: Target, existing: ApiObject, options: WriteOptions): Deleted {
  if (existing.metadata.deletionTimestamp !== undefined) return { kind: "terminating", object: existing };
  const metadata = { ...existing.metadata, ...marks(context, existing) };
  delete metadata.deletionGracePeriodSeconds;
  const status = { ...objectOf(existing["status"]), phase: "Terminating" };
  return { kind: "terminating", object: commitAt(context, target, { ...existing, metadata, status }, options) };
}
