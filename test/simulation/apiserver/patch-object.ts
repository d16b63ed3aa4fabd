import { ApiError, badRequest, conflict, invalid, notFound, unsupportedMediaType } from "./api-error.ts";
import { storedAt, timestamp, type ApiContext, type Target, type WriteOptions } from "./context.ts";
import { toServed } from "./convert.ts";
import { createObject } from "./create.ts";
import { decodeObject, normalise, parseBody, type FieldValidation } from "./decode.ts";
import { required } from "./field-errors.ts";
import { cloneJson, isJsonObject, type ApiObject, type Json } from "./json.ts";
import { apiVersionOf } from "./kinds.ts";
import { applyConfiguration } from "./patch/apply.ts";
import { applyJsonPatch } from "./patch/json-patch.ts";
import { applyMergePatch } from "./patch/merge-patch.ts";
import { applyStrategicMergePatch } from "./patch/strategic-merge-patch.ts";
import { updateObject } from "./update.ts";

/** A PATCH request. */
export interface Patch {
  readonly body: string;
  readonly contentType: string;
  readonly force: boolean;
  readonly strictness: FieldValidation;
  readonly options: WriteOptions;
  readonly hasFieldManager: boolean;
}

/** What a patch or apply made of an object. */
export interface Patched {
  readonly object: ApiObject;
  readonly created: boolean;
  readonly warnings: readonly string[];
}

const applyType = "application/apply-patch+yaml";
const builtInTypes = [
  "application/json-patch+json",
  "application/merge-patch+json",
  "application/strategic-merge-patch+json",
  applyType,
];

/** Patches an object in whichever of the four ways the content type says. */
export function patchObject(context: ApiContext, target: Target, patch: Patch): Patched {
  const accepted = target.kind.custom ? builtInTypes.filter((type) => !type.includes("strategic")) : builtInTypes;
  const type = patch.contentType.split(";")[0] ?? "";
  if (!accepted.includes(type))
    throw builtInTypes.includes(type)
      ? unsupportedMediaType(accepted)
      : new ApiError(415, "UnsupportedMediaType", "415: Unsupported Media Type", { details: {} });
  return type === applyType ? apply(context, target, patch) : change(context, target, { ...patch, contentType: type });
}

function change(context: ApiContext, target: Target, patch: Patch): Patched {
  if (patch.force) throw invalid({ group: "meta.k8s.io", plural: "", kind: "PatchOptions" }, "", [forceForbidden]);
  const existing = storedAt(context, target);
  if (existing === undefined) throw notFound(target.kind, target.name);
  const current = cloneJson(toServed(existing, target.kind, target.version));
  const body = decodeObject(patchedJson(current, patch), target);
  if (body.metadata.name !== target.name) throw nameMismatch(body.metadata.name, target.name);
  const { object, warnings } = normalise(body, target, patch.strictness);
  return {
    object: updateObject(context, target, { existing, desired: object }, patch.options),
    created: false,
    warnings,
  };
}

const forceForbidden = {
  reason: "FieldValueForbidden",
  field: "force",
  body: "Forbidden: may not be specified for non-apply patch",
};

function nameMismatch(given: string, expected: string): ApiError {
  return badRequest(`the name of the object (${given}) does not match the name on the URL (${expected})`);
}

function patchedJson(current: ApiObject, { body, contentType }: Patch): Json {
  const patch = parseBody(body, contentType);
  switch (contentType) {
    case "application/json-patch+json":
      return applyJsonPatch(current, patch);
    case "application/strategic-merge-patch+json":
      return applyStrategicMergePatch(current, patch);
    default:
      return applyMergePatch(current, patch);
  }
}

function apply(context: ApiContext, target: Target, patch: Patch): Patched {
  if (!patch.hasFieldManager) {
    const about = { group: "meta.k8s.io", plural: "", kind: "PatchOptions" };
    throw invalid(about, "", [required("fieldManager", "is required for apply patch")]);
  }
  const { config, warnings } = configuration(target, patch);
  const existing = storedAt(context, target);
  if (existing === undefined) checkCreatable(target, config.metadata.uid);
  const live = existing === undefined ? undefined : toServed(existing, target.kind, target.version);
  const apiVersion = apiVersionOf(target.kind, target.version.name);
  const writer = {
    manager: patch.options.manager,
    operation: "Apply" as const,
    apiVersion,
    subresource: target.subresource,
  };
  const schema = target.version.schema;
  const applied = applyConfiguration({ live, config, writer, force: patch.force, time: timestamp(context), schema });
  const { object: desired } = normalise(applied.object, target, "Ignore");
  if (existing === undefined) {
    const object = createObject(context, target, desired, { ...patch.options, ownerships: applied.ownerships });
    return { object, created: true, warnings };
  }
  const unconditional = {
    ...desired.metadata,
    resourceVersion: config.metadata.resourceVersion ?? live?.metadata.resourceVersion ?? "",
  };
  const update = { existing, desired: { ...desired, metadata: unconditional }, ownerships: applied.ownerships };
  return { object: updateObject(context, target, update, patch.options), created: false, warnings };
}

function checkCreatable(target: Target, uid: string | undefined): void {
  if (target.subresource !== "") throw notFound(target.kind, target.name);
  if (uid === undefined) return;
  throw conflict(
    target.kind,
    target.name,
    `uid mismatch: the provided object specified uid ${uid}, and no existing object was found`,
  );
}

/** What the writer wants, without what it may not state through this endpoint. */
function configuration(target: Target, patch: Patch): { config: ApiObject; warnings: readonly string[] } {
  const body = parseBody(patch.body, "application/yaml");
  if (!isJsonObject(body)) throw badRequest("error decoding YAML: not an object");
  if (typeof body["apiVersion"] !== "string" || typeof body["kind"] !== "string") {
    throw badRequest(`error decoding YAML: Object 'Kind' is missing in '${JSON.stringify(body)}'`);
  }
  const decoded = decodeObject(body, target);
  if (decoded.metadata.name !== "" && decoded.metadata.name !== target.name)
    throw nameMismatch(decoded.metadata.name, target.name);
  if (decoded.metadata.managedFields !== undefined) throw badRequest("metadata.managedFields must be nil");
  const { object, warnings } = withoutDefaults(decoded, target, patch.strictness);
  const metadata = { ...object.metadata, name: target.name };
  if (target.subresource === "status") {
    const { name, uid, resourceVersion } = metadata;
    const kept = Object.fromEntries(
      Object.entries({ uid, resourceVersion }).filter(([, value]) => value !== undefined),
    );
    const config = { apiVersion: object.apiVersion, kind: object.kind, metadata: { name, ...kept } };
    return { config: object["status"] === undefined ? config : { ...config, status: object["status"] }, warnings };
  }
  const { status: _status, ...rest } = object;
  return {
    config: (target.version.statusSubresource ? { ...rest, metadata } : { ...object, metadata }) as ApiObject,
    warnings,
  };
}

/** A configuration owns what it states, not what the server fills in. */
function withoutDefaults(
  decoded: ApiObject,
  target: Target,
  strictness: FieldValidation,
): ReturnType<typeof normalise> {
  return normalise(
    decoded,
    { kind: target.kind, version: { ...target.version, schema: stripDefaults(target.version.schema) } },
    strictness,
  );
}

function stripDefaults<T>(schema: T): T {
  const plain = JSON.stringify(schema, (key, value: unknown) =>
    key === "default" && !isSchemaLike(value) ? undefined : value,
  );
  return JSON.parse(plain) as T;
}

/** A field may itself be called "default"; then its value is a schema. */
function isSchemaLike(value: unknown): boolean {
  return typeof value === "object" && value !== null && ("type" in value || "properties" in value);
}
