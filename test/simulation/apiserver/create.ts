import { alreadyExists, ApiError, badRequest, forbidden, invalid, notFound, type FieldError } from "./api-error.ts";
import { commitAt, newUid, storedAt, timestamp, type ApiContext, type Target, type WriteOptions } from "./context.ts";
import { establishDefinition } from "./custom-kinds.ts";
import { toStored } from "./convert.ts";
import { objectOf, type ApiObject, type JsonObject, textOf } from "./json.ts";
import { kindErrors } from "./kind-rules.ts";
import { metadataErrors } from "./metadata-rules.ts";
import { ownershipsAfterUpdate, toManagedFields, type Ownership } from "./patch/managed-fields.ts";
import type { Schema } from "./schema.ts";
import { duplicatesIn } from "./schema-uniqueness.ts";
import { validateAgainst } from "./schema-validate.ts";
import { apiVersionOf, type Kind } from "./kinds.ts";

const suffixAlphabet = "bcdfghjklmnpqrstvwxz2456789";
const suffixLength = 5;
const nameLengthMax = 63;
const generateAttemptsMax = 8;
/** What etcd takes in one request. */
export const storedBytesMax = 1.5 * 1024 * 1024;

/** `ownerships` is given when server-side apply already knows who owns what. */
export interface CreateOptions extends WriteOptions {
  readonly ownerships?: readonly Ownership[];
}

/** Stores a new object. */
export function createObject(
  context: ApiContext,
  target: Target,
  object: ApiObject,
  options: CreateOptions,
): ApiObject {
  if (object.metadata.namespace !== undefined && object.metadata.namespace !== (target.namespace ?? "")) {
    throw badRequest("the namespace of the provided object does not match the namespace sent on the request");
  }
  if (target.kind.namespaced) requireNamespace(context, target, object.metadata.name);
  const named = withName(context, target, object);
  const fresh = initialise(context, { ...target, name: named.metadata.name }, named);
  const errors = [...metadataErrors(fresh.metadata, target.kind.nameRule), ...contentErrors(target, fresh)];
  if (errors.length > 0) throw invalid(errorSubject(target.kind), fresh.metadata.name, errors);
  const place = { ...target, name: fresh.metadata.name };
  if (storedAt(context, place) !== undefined) throw alreadyExists(target.kind, fresh.metadata.name);
  if (typeof object.metadata.resourceVersion === "string") {
    throw new ApiError(500, "", "resourceVersion should not be set on objects to be created");
  }
  const writer = {
    manager: options.manager,
    operation: "Update" as const,
    apiVersion: apiVersionOf(target.kind, target.version.name),
    subresource: "",
  };
  const owned =
    options.ownerships ??
    ownershipsAfterUpdate(undefined, fresh, { writer, time: timestamp(context), schema: target.version.schema });
  const stored = toStored(
    { ...fresh, metadata: { ...fresh.metadata, managedFields: toManagedFields(owned) } },
    target.kind,
  );
  requireStorableSize(stored);
  return commitAt(context, place, stored, options);
}

/** Events of both groups are one kind inside, and errors name that one. */
export function errorSubject(kind: Kind): Kind {
  return kind.storage === "/events" ? { ...kind, group: "" } : kind;
}

/** Refuses what etcd would refuse. */
export function requireStorableSize(object: ApiObject): void {
  if (JSON.stringify(object).length > storedBytesMax) throw new ApiError(500, "", "etcdserver: request is too large");
}

/** What is wrong with everything but the metadata. */
export function contentErrors(
  { kind, version, subresource }: Target,
  object: ApiObject,
  old?: ApiObject,
): ReturnType<typeof kindErrors> {
  if (!kind.custom)
    return kindErrors(toStored(object, kind), kind, old === undefined ? undefined : toStored(old, kind));
  const { metadata: _metadata, ...content } = object;
  const { metadata: _oldMetadata, ...oldContent } = old ?? object;
  const judged =
    subresource === "status"
      ? validateStatus(version.schema, content, oldContent)
      : validateAgainst(version.schema, content, old === undefined ? undefined : oldContent);
  return judged.length > 0 ? judged : duplicatesIn(content, version.schema);
}

/** A write to the status is judged by the status alone, whose fields are then named as seen from there. */
function validateStatus(schema: Schema, content: JsonObject, old: JsonObject): FieldError[] {
  const status = schema.properties?.["status"];
  const value = content["status"];
  if (status === undefined || value === undefined) return [];
  return validateAgainst(status, value, old["status"]).map((error) => ({ ...error, field: `status.${error.field}` }));
}

function requireNamespace(context: ApiContext, { kind, namespace = "" }: Target, name: string): void {
  const namespaces = { group: "", plural: "namespaces", kind: "Namespace" };
  const found = context.store.get("/namespaces", `/${namespace}`);
  if (found === undefined) throw notFound(namespaces, namespace);
  if (objectOf(found["status"])["phase"] !== "Terminating") return;
  const message = `namespace ${namespace} is being terminated`;
  const causes = [{ reason: "NamespaceTerminating", message, field: "metadata.namespace" }];
  throw forbidden(
    kind,
    name,
    `unable to create new content in namespace ${namespace} because it is being terminated`,
    causes,
  );
}

function withName(context: ApiContext, target: Target, object: ApiObject): ApiObject {
  const prefix = object.metadata.generateName ?? "";
  if (object.metadata.name !== "" || prefix === "") return object;
  for (let attempt = 0; ; attempt++) {
    const letters = Array.from(
      { length: suffixLength },
      () => suffixAlphabet[Math.floor(context.random() * suffixAlphabet.length)] ?? "x",
    );
    const name = prefix.slice(0, nameLengthMax - suffixLength) + letters.join("");
    const taken = storedAt(context, { ...target, name }) !== undefined;
    if (!taken || attempt === generateAttemptsMax) return { ...object, metadata: { ...object.metadata, name } };
  }
}

/** Sets what the server alone decides: identity, age, generation and the first status. */
function initialise(context: ApiContext, { kind, version, namespace }: Target, object: ApiObject): ApiObject {
  const {
    deletionTimestamp: _deleted,
    deletionGracePeriodSeconds: _grace,
    generation: _generation,
    resourceVersion: _version,
    ...given
  } = object.metadata;
  const metadata: ApiObject["metadata"] = {
    ...given,
    ...(namespace === undefined ? {} : { namespace }),
    uid: newUid(context),
    creationTimestamp: timestamp(context),
    ...(kind.hasGeneration ? { generation: 1 } : {}),
  };
  const { status, ...rest } = object;
  const fresh: ApiObject =
    version.statusSubresource || status === undefined ? ({ ...rest, metadata } as ApiObject) : { ...object, metadata };
  return firstState(fresh, kind.group, timestamp(context));
}

function firstState(object: ApiObject, group: string, now: string): ApiObject {
  const kind = `${group}/${object.kind}`;
  if (kind === "apiextensions.k8s.io/CustomResourceDefinition") return establishDefinition(object, now);
  if (kind === "/Secret") return withStringData({ type: "Opaque", ...object });
  if (kind !== "/Namespace") return object;
  const labels = { ...object.metadata.labels, "kubernetes.io/metadata.name": object.metadata.name };
  return {
    ...object,
    metadata: { ...object.metadata, labels },
    spec: { finalizers: ["kubernetes"] },
    status: { phase: "Active" },
  };
}

/** A secret's stringData is written only: it becomes data. */
export function withStringData(object: ApiObject): ApiObject {
  const { stringData, ...rest } = object;
  if (stringData === undefined) return object;
  const encoded = Object.entries(objectOf(stringData)).map(
    ([key, text]) => [key, Buffer.from(textOf(text)).toString("base64")] as const,
  );
  return { ...rest, data: { ...objectOf(object["data"]), ...Object.fromEntries(encoded) } } as ApiObject;
}
