import { badRequest, notFound, unsupportedMediaType } from "./api-error.ts";
import { storedAt, type ApiContext, type Target, type WriteOptions } from "./context.ts";
import { toServed } from "./convert.ts";
import { createObject } from "./create.ts";
import { decodeObject, normalise, parseBody, type FieldValidation } from "./decode.ts";
import { deleteObject, type Deleted } from "./delete.ts";
import { objectOf, type ApiObject, type Json, type JsonObject } from "./json.ts";
import { listCollection, type Page } from "./list.ts";
import { patchObject } from "./patch-object.ts";
import type { ApiRequest } from "./request.ts";
import { replaceObject } from "./update.ts";

/** A request for resources with everything that came with it. */
export interface Operation extends ApiRequest {
  readonly query: URLSearchParams;
  readonly body: string;
  readonly contentType: string;
  readonly userAgent: string;
  /** A list may be answered as of this revision. */
  readonly staleRevision: number | undefined;
}

const bodyTypes = ["application/json", "application/yaml", "application/vnd.kubernetes.protobuf"];

function acceptedType(contentType: string): string {
  const type = contentType.split(";")[0] ?? "";
  if (type !== "application/json" && type !== "application/yaml") throw unsupportedMediaType(bodyTypes);
  return type;
}

/** What an operation answers. */
export type Result =
  | {
      readonly kind: "object";
      readonly code: 200 | 201;
      readonly object: ApiObject;
      readonly warnings: readonly string[];
    }
  | { readonly kind: "page"; readonly page: Page }
  | { readonly kind: "status"; readonly code: 200; readonly status: JsonObject };

/** Does what was asked, at once and as a whole. Watches are not operations. */
export function operate(context: ApiContext, operation: Operation): Result {
  const target: Target = operation;
  const options = writeOptions(operation);
  switch (operation.verb) {
    case "get":
      return shown(operation, read(context, target));
    case "list":
    case "watch":
      return { kind: "page", page: listCollection(context, operation, operation.query, operation.staleRevision) };
    case "create":
      return create(context, operation, options);
    case "update":
      return update(context, operation, options);
    case "patch":
      return patch(context, operation, options);
    case "delete":
      return deletion(operation, deleteObject(context, target, deleteOptions(operation), options));
    case "deletecollection":
      return deleteCollection(context, operation, options);
  }
}

function shown(
  operation: Operation,
  object: ApiObject,
  code: 200 | 201 = 200,
  warnings: readonly string[] = [],
): Result {
  return { kind: "object", code, object: toServed(object, operation.kind, operation.version), warnings };
}

function writeOptions({ query, userAgent }: Operation): WriteOptions {
  const manager = query.get("fieldManager") || (userAgent.split("/")[0] ?? "") || "unknown";
  return { dryRun: query.getAll("dryRun").includes("All"), manager };
}

function strictness({ query }: Operation): FieldValidation {
  const asked = query.get("fieldValidation");
  return asked === "Strict" || asked === "Ignore" ? asked : "Warn";
}

function read(context: ApiContext, target: Target): ApiObject {
  const found = storedAt(context, target);
  if (found === undefined) throw notFound(target.kind, target.name);
  return found;
}

function create(context: ApiContext, operation: Operation, options: WriteOptions): Result {
  const decoded = decodeObject(parseBody(operation.body, acceptedType(operation.contentType)), operation);
  const { object, warnings } = normalise(decoded, operation, strictness(operation));
  return shown(operation, createObject(context, operation, object, options), 201, warnings);
}

function update(context: ApiContext, operation: Operation, options: WriteOptions): Result {
  const decoded = decodeObject(parseBody(operation.body, acceptedType(operation.contentType)), operation);
  const { name, namespace } = decoded.metadata;
  if (name !== operation.name) {
    throw badRequest(`the name of the object (${name}) does not match the name on the URL (${operation.name})`);
  }
  if (namespace !== undefined && namespace !== (operation.namespace ?? "")) {
    throw badRequest(
      `the namespace of the object (${namespace}) does not match the namespace on the URL (${operation.namespace ?? ""})`,
    );
  }
  const { object, warnings } = normalise(decoded, operation, strictness(operation));
  const replaced = replaceObject(context, operation, object, options);
  return shown(operation, replaced.object, replaced.created ? 201 : 200, warnings);
}

function patch(context: ApiContext, operation: Operation, options: WriteOptions): Result {
  const { query, body, contentType } = operation;
  const force = query.get("force") === "true";
  const hasFieldManager = query.has("fieldManager");
  const patched = patchObject(context, operation, {
    body,
    contentType,
    force,
    hasFieldManager,
    options,
    strictness: strictness(operation),
  });
  return shown(operation, patched.object, patched.created ? 201 : 200, patched.warnings);
}

function deleteOptions({ body, query, contentType }: Operation): JsonObject {
  const fromBody = body === "" ? {} : objectOf(parseBody(body, contentType));
  const policy = query.get("propagationPolicy");
  return policy === null ? fromBody : { ...fromBody, propagationPolicy: policy };
}

function deletion(operation: Operation, { kind, object }: Deleted): Result {
  if (kind === "terminating" || operation.kind.returnsDeleted) return shown(operation, object);
  const { group, plural } = operation.kind;
  const uid: Json = object.metadata.uid ?? "";
  const details = { name: operation.name, ...(group === "" ? {} : { group }), kind: plural, uid };
  return {
    kind: "status",
    code: 200,
    status: { kind: "Status", apiVersion: "v1", metadata: {}, status: "Success", details },
  };
}

function deleteCollection(context: ApiContext, operation: Operation, options: WriteOptions): Result {
  const page = listCollection(context, operation, operation.query);
  const request = deleteOptions(operation);
  for (const { metadata } of page.items) deleteObject(context, { ...operation, name: metadata.name }, request, options);
  return { kind: "page", page };
}
