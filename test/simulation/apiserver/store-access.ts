import { storedAt, type ApiContext, type Target } from "./context.ts";
import { toServed } from "./convert.ts";
import { createObject } from "./create.ts";
import { decodeObject, normalise } from "./decode.ts";
import { deleteObject } from "./delete.ts";
import { cloneJson, type ApiObject, type JsonObject } from "./json.ts";
import { apiVersionOf } from "./kinds.ts";
import { updateObject } from "./update.ts";

/** A kind in one version, as objects name it. */
export interface TypeName {
  readonly apiVersion: string;
  readonly kind: string;
}

/** Looking at and changing the store from a test, past every fault. */
export interface StoreAccess {
  readonly get: (type: TypeName, name: string, namespace?: string) => ApiObject | undefined;
  /** Creates the object or overwrites it, status included; validated like any write. */
  readonly put: (object: object) => ApiObject;
  readonly delete: (type: TypeName, name: string, namespace?: string) => void;
  readonly all: (type: TypeName, namespace?: string) => ApiObject[];
}

const options = { dryRun: false, manager: "test" };

/** Makes the access to a store. */
export function createAccess(context: ApiContext): StoreAccess {
  const targetOf = (type: TypeName, name: string, namespace: string | undefined): Target => {
    const kind = context.kinds.byKind(type.apiVersion, type.kind);
    const version = kind?.versions.find((candidate) => apiVersionOf(kind, candidate.name) === type.apiVersion);
    if (kind === undefined || version === undefined) throw new Error(`unknown kind ${type.apiVersion} ${type.kind}`);
    return { kind, version, namespace: kind.namespaced ? (namespace ?? "default") : undefined, name, subresource: "" };
  };
  return {
    get: (type, name, namespace) => {
      const target = targetOf(type, name, namespace);
      const found = storedAt(context, target);
      return found === undefined ? undefined : toServed(found, target.kind, target.version);
    },
    put: (given) => {
      const raw = cloneJson(given as JsonObject) as ApiObject;
      const target = targetOf(raw, raw.metadata.name, raw.metadata.namespace);
      return put(context, target, raw);
    },
    delete: (type, name, namespace) => void deleteObject(context, targetOf(type, name, namespace), {}, options),
    all: (type, namespace) => {
      const { kind, version } = targetOf(type, "", namespace);
      const objects = [...context.store.list(kind.storage).values()];
      const wanted = objects.filter(({ metadata }) => namespace === undefined || metadata.namespace === namespace);
      return wanted.map((object) => toServed(object, kind, version));
    },
  };
}

function put(context: ApiContext, target: Target, raw: ApiObject): ApiObject {
  const { object } = normalise(decodeObject(raw, target), target, "Strict");
  const { resourceVersion: _version, uid: _uid, ...metadata } = object.metadata;
  const stored = storedAt(context, target) ?? createObject(context, target, { ...object, metadata }, options);
  const unconditional = (existing: ApiObject): ApiObject => {
    const version = existing.metadata.resourceVersion;
    return { ...object, metadata: { ...metadata, ...(version === undefined ? {} : { resourceVersion: version }) } };
  };
  const saved = updateObject(context, target, { existing: stored, desired: unconditional(stored) }, options);
  if (object["status"] === undefined || !target.version.statusSubresource)
    return toServed(saved, target.kind, target.version);
  const withStatus = updateObject(
    context,
    { ...target, subresource: "status" },
    { existing: saved, desired: unconditional(saved) },
    options,
  );
  return toServed(withStatus, target.kind, target.version);
}
