import { conflict, invalid, notFound } from "./api-error.ts";
import { commitAt, storedAt, timestamp, type ApiContext, type Target, type WriteOptions } from "./context.ts";
import { toServed, toStored } from "./convert.ts";
import { contentErrors, createObject, errorSubject, requireStorableSize, withStringData } from "./create.ts";
import { invalidValue } from "./field-errors.ts";
import { equalJson, type ApiObject, type JsonObject, type Metadata } from "./json.ts";
import { apiVersionOf } from "./kinds.ts";
import { metadataUpdateErrors } from "./metadata-rules.ts";
import { ownershipsAfterUpdate, toManagedFields, type Ownership } from "./patch/managed-fields.ts";

const stale = "the object has been modified; please apply your changes to the latest version and try again";

/** Replaces an object with the given one (PUT), creating it where the kind allows that. */
export function replaceObject(
  context: ApiContext,
  target: Target,
  object: ApiObject,
  options: WriteOptions,
): { object: ApiObject; created: boolean } {
  const existing = storedAt(context, target);
  if (existing === undefined) {
    if (!target.kind.createOnUpdate || target.subresource !== "") throw notFound(target.kind, target.name);
    const { resourceVersion: _version, uid: _uid, ...metadata } = object.metadata;
    return { object: createObject(context, target, { ...object, metadata }, options), created: true };
  }
  requireSameUid(target, object.metadata, existing);
  return { object: updateObject(context, target, { existing, desired: object }, options), created: false };
}

function requireSameUid(target: Target, metadata: Metadata, existing: ApiObject): void {
  if (metadata.uid === undefined || metadata.uid === existing.metadata.uid) return;
  const why = `Precondition failed: UID in precondition: ${metadata.uid}, UID in object meta: ${existing.metadata.uid}`;
  throw conflict(target.kind, target.name, why);
}

/** What is there and what should be; `ownerships` is given when server-side apply already knows who owns what. */
export interface Update {
  readonly existing: ApiObject;
  readonly desired: ApiObject;
  readonly ownerships?: readonly Ownership[];
}

/** Brings a stored object to what is desired: checks the precondition, restores what this request may not change, bumps
 * the generation, and writes only if something is different. Removing the last finalizer of a deleted object ends it. */
export function updateObject(context: ApiContext, target: Target, update: Update, options: WriteOptions): ApiObject {
  const { existing } = update;
  const old = toServed(existing, target.kind, target.version);
  requireFreshness(target, update.desired.metadata.resourceVersion, old);
  const desired = withServerFields(permitted(target, update.desired, old), old, target);
  const aboutMetadata = metadataUpdateErrors(desired.metadata, old.metadata, target.kind.custom);
  const errors = [...aboutMetadata, ...contentErrors(target, desired, old)];
  if (errors.length > 0) throw invalid(errorSubject(target.kind), target.name, errors);
  const { managedFields: _managed, ...metadata } = desired.metadata;
  const ownerships = update.ownerships ?? ownershipsAfterUpdate(old, desired, ownersOf(context, target, options));
  const managedFields = toManagedFields(ownerships);
  const complete = { ...desired, metadata: managedFields.length === 0 ? metadata : { ...metadata, managedFields } };
  const next = toStored(complete, target.kind);
  if (equalJson(withoutTimes(next), withoutTimes(toStored(old, target.kind)))) return existing;
  requireStorableSize(next);
  if (metadata.deletionTimestamp !== undefined && (metadata.finalizers ?? []).length === 0)
    return removeObject(context, target, next, options);
  return commitAt(context, target, next, options);
}

function requireFreshness(target: Target, given: string | undefined, old: ApiObject): void {
  const version = given ?? "";
  if (version === "" || version === "0") {
    if (target.kind.unconditionalUpdate || (given === undefined && target.kind.unconditionalUpdate)) return;
    const about = { ...target.kind, kind: target.kind.plural };
    throw invalid(about, target.name, [invalidValue("metadata.resourceVersion", 0, "must be specified for an update")]);
  }
  if (version !== old.metadata.resourceVersion) throw conflict(target.kind, target.name, stale);
}

/** /status changes only the status, everything else leaves the status alone. */
function permitted(target: Target, desired: ApiObject, old: ApiObject): ApiObject {
  if (target.subresource === "status") {
    const { status: _status, ...rest } = old;
    return { ...rest, ...(desired["status"] === undefined ? {} : { status: desired["status"] }) } as ApiObject;
  }
  if (!target.version.statusSubresource) return target.kind.kind === "Secret" ? withStringData(desired) : desired;
  const { status: _status, ...rest } = desired;
  return { ...rest, ...(old["status"] === undefined ? {} : { status: old["status"] }) } as ApiObject;
}

function withServerFields(desired: ApiObject, old: ApiObject, { kind, version }: Target): ApiObject {
  const {
    creationTimestamp,
    deletionTimestamp,
    deletionGracePeriodSeconds,
    uid,
    namespace,
    resourceVersion,
    generation = 0,
  } = old.metadata;
  const changed =
    kind.hasGeneration &&
    !equalJson(
      generationRelevant(desired, version.statusSubresource),
      generationRelevant(old, version.statusSubresource),
    );
  const kept = Object.entries({
    creationTimestamp,
    deletionTimestamp,
    deletionGracePeriodSeconds,
    namespace,
    resourceVersion,
  });
  const metadata: Metadata = {
    uid,
    ...desired.metadata,
    ...Object.fromEntries(kept.filter(([, value]) => value !== undefined)),
  } as Metadata;
  if (kind.hasGeneration) metadata.generation = generation + (changed ? 1 : 0);
  else delete metadata.generation;
  return { ...desired, metadata };
}

function generationRelevant(object: ApiObject, hasStatus: boolean): JsonObject {
  const { metadata: _metadata, apiVersion: _apiVersion, status, ...rest } = object;
  return hasStatus || status === undefined ? rest : { ...rest, status };
}

function ownersOf(
  context: ApiContext,
  target: Target,
  options: WriteOptions,
): Parameters<typeof ownershipsAfterUpdate>[2] {
  const apiVersion = apiVersionOf(target.kind, target.version.name);
  const writer = {
    manager: options.manager,
    operation: "Update" as const,
    apiVersion,
    subresource: target.subresource,
  };
  return { writer, time: timestamp(context), schema: target.version.schema };
}

function withoutTimes(object: ApiObject): ApiObject {
  const managedFields = object.metadata.managedFields?.map(({ time: _time, ...entry }) => entry) ?? [];
  return { ...object, metadata: { ...object.metadata, managedFields } };
}

/** Ends an object for good. The caller sees what the update made of it, at the version before the end. */
function removeObject(context: ApiContext, target: Target, last: ApiObject, options: WriteOptions): ApiObject {
  if (!options.dryRun) context.store.remove(target.kind.storage, `${target.namespace ?? ""}/${target.name}`, last);
  return last;
}
