import { parse as parseYaml } from "yaml";
import { ApiError, badRequest, invalid, type FieldError } from "./api-error.ts";
import { invalidValue } from "./field-errors.ts";
import { isJsonObject, objectOf, type ApiObject, type Json, type JsonObject, type Metadata, textOf } from "./json.ts";
import { apiVersionOf, type Kind, type KindVersion } from "./kinds.ts";
import { applyDefaults, prune } from "./schema-prune.ts";
import { fieldSchema, type Schema } from "./schema.ts";
import { validateAgainst } from "./schema-validate.ts";

/** The most that the body of a request may weigh. */
export const requestBytesMax = 3 * 1024 * 1024;

/** What to do about unknown fields: drop them, drop them with a warning, or refuse the request. */
export type FieldValidation = "Ignore" | "Warn" | "Strict";

/** The kind and version that a body is read as. */
export interface Expected {
  readonly kind: Kind;
  readonly version: KindVersion;
}

/** The JSON or YAML of a body. */
export function parseBody(body: string, contentType: string): Json {
  if (Buffer.byteLength(body) > requestBytesMax) {
    const message = `Request entity too large: limit is ${requestBytesMax}`;
    throw new ApiError(413, "RequestEntityTooLarge", message);
  }
  try {
    return (contentType.includes("yaml") ? parseYaml(body, { version: "1.1" }) : JSON.parse(body)) as Json;
  } catch (error) {
    throw badRequest(`couldn't get version/kind; json parse error: ${String(error)}`);
  }
}

/** A body as an object of the expected kind, not yet pruned. */
export function decodeObject(body: Json, { kind, version }: Expected): ApiObject {
  if (!isJsonObject(body)) throw badRequest("couldn't get version/kind; json parse error: not an object");
  const expected = apiVersionOf(kind, version.name);
  if (kind.custom && typeof body["kind"] !== "string")
    throw badRequest(
      `the object provided is unrecognized (must be of type ${kind.kind}): Object 'Kind' is missing in '${JSON.stringify(body)}' (${JSON.stringify(body)})`,
    );
  const given = { apiVersion: body["apiVersion"] ?? expected, kind: body["kind"] ?? kind.kind };
  const metadata = objectOf(body["metadata"]);
  const name = textOf(metadata["name"]);
  if (given.kind !== kind.kind)
    throw wrongKind(kind, { kind: textOf(given.kind), apiVersion: textOf(given.apiVersion), name });
  if (given.apiVersion !== expected) {
    throw badRequest(
      `the API version in the data (${textOf(given.apiVersion)}) does not match the expected API version (${expected})`,
    );
  }
  return { ...body, apiVersion: expected, kind: kind.kind, metadata: { ...metadata, name } };
}

function wrongKind(
  kind: Kind,
  given: { readonly kind: string; readonly apiVersion: string; readonly name: string },
): ApiError {
  if (kind.custom)
    return invalid({ ...kind, kind: given.kind }, given.name, [
      invalidValue("kind", given.kind, `must be ${kind.kind}`),
    ]);
  const conversion = `converting (v1.${given.kind}) to (core.${kind.kind}): unknown conversion`;
  return badRequest(
    `${given.kind} in version ${JSON.stringify(given.apiVersion)} cannot be handled as a ${kind.kind}: ${conversion}`,
  );
}

/** The object without unknown fields, nulls and empties, with defaults; and warnings about what was dropped. */
export function normalise(
  object: ApiObject,
  { kind, version }: Expected,
  strictness: FieldValidation,
): { object: ApiObject; warnings: string[] } {
  const { value: pruned, dropped } = prune<ApiObject>(object, version.schema);
  const unknown = dropped.map((path) => `unknown field "${path}"`);
  if (strictness === "Strict" && unknown.length > 0) {
    const subject = `${kind.kind} in version ${JSON.stringify(version.name)} cannot be handled as a ${kind.kind}`;
    throw badRequest(`${subject}: strict decoding error: ${unknown.join(", ")}`);
  }
  const metadata = withoutEmpties(withoutNulls(pruned.metadata, fieldSchema(version.schema, "metadata"))) as Metadata;
  checkTypes({ apiVersion: pruned.apiVersion, kind: pruned.kind, metadata }, { kind, version }, (error) =>
    error.startsWith("metadata."),
  );
  const body = withoutNulls({ ...pruned, metadata }, version.schema) as ApiObject;
  if (kind.custom)
    return { object: { ...applyDefaults(body, version.schema), metadata }, warnings: warned(strictness, unknown) };
  checkTypes(body, { kind, version }, () => true);
  return { object: { ...withoutEmpties(body), metadata } as ApiObject, warnings: warned(strictness, unknown) };
}

function warned(strictness: FieldValidation, unknown: string[]): string[] {
  return strictness === "Ignore" ? [] : unknown;
}

/** Values of a wrong type cannot even be read into the server's own types: 400 instead of 422. */
function checkTypes(object: ApiObject, { kind, version }: Expected, concerns: (field: string) => boolean): void {
  const wrong = validateAgainst(typesOnly(version.schema), object).find(
    ({ reason, field }) => reason === "FieldValueTypeInvalid" && concerns(field),
  );
  const time = wrongMicroTime(object, version.schema, "");
  if (wrong === undefined && time === undefined) return;
  const subject = `${kind.kind} in version ${JSON.stringify(version.name)} cannot be handled as a ${kind.kind}`;
  throw badRequest(`${subject}: ${time ?? cannotUnmarshal(kind, wrong)}`);
}

function cannotUnmarshal(kind: Kind, wrong: FieldError | undefined): string {
  const [, wanted = "?", actual = "value"] = /must be of type (\w+): "(\w+)"/u.exec(wrong?.body ?? "") ?? [];
  return `json: cannot unmarshal ${actual} into Go struct field ${kind.kind}.${wrong?.field ?? ""} of type ${wanted}`;
}

function typesOnly(schema: Schema): Schema {
  const { required: _required, ...rest } = schema;
  return rest;
}

const microTime = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}(Z|[+-]\d\d:\d\d)$/u;

/** Leases and events carry times with exactly six decimals; any other number of them is refused. */
function wrongMicroTime(value: Json, schema: Schema | undefined, path: string): string | undefined {
  if (schema?.format === "micro-time" && typeof value === "string" && !microTime.test(value)) {
    return `parsing time ${JSON.stringify(value)} as "2006-01-02T15:04:05.000000Z07:00": cannot parse ${path}`;
  }
  if (!isJsonObject(value)) return undefined;
  for (const [field, inner] of Object.entries(value)) {
    const wrong = inner === undefined ? undefined : wrongMicroTime(inner, fieldSchema(schema, field), field);
    if (wrong !== undefined) return wrong;
  }
  return undefined;
}

/** Nulls stand for absent fields unless the schema allows null or has a default to put there. */
function withoutNulls(value: Json, schema: Schema | undefined): Json {
  if (Array.isArray(value)) return value.map((item) => withoutNulls(item, schema?.items));
  if (!isJsonObject(value)) return value;
  const kept: JsonObject = {};
  for (const [field, inner] of Object.entries(value)) {
    const known = fieldSchema(schema, field);
    const dropped = inner === null && known !== undefined && (known.nullable !== true || known.format !== undefined);
    if (inner !== undefined && !dropped) kept[field] = withoutNulls(inner, known);
  }
  return kept;
}

/** Go leaves empty maps, lists and texts out. */
function withoutEmpties(value: Json): JsonObject {
  const kept = Object.entries(objectOf(value)).filter(([field, inner]) => {
    if (inner === null || inner === undefined) return false;
    return field === "name" || (inner !== "" && (typeof inner !== "object" || Object.keys(inner).length > 0));
  });
  return Object.fromEntries(kept);
}
