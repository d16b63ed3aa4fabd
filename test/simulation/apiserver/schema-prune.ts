import { isJsonObject, type Json, type JsonObject } from "./json.ts";
import { fieldSchema, keepsUnknownFields, type Schema } from "./schema.ts";

/** A copy without the fields that the schema does not know, and the paths of what was dropped. */
export function prune<T extends Json>(
  value: T,
  schema: Schema,
): { readonly value: T; readonly dropped: readonly string[] } {
  const dropped: string[] = [];
  return { value: pruneAt(value, schema, "", dropped) as T, dropped };
}

function pruneAt(value: Json, schema: Schema | undefined, path: string, dropped: string[]): Json {
  if (Array.isArray(value))
    return value.map((item, index) => pruneAt(item, schema?.items, `${path}[${index}]`, dropped));
  if (!isJsonObject(value) || schema === undefined) return value;
  const kept: JsonObject = {};
  for (const [field, inner] of Object.entries(value)) {
    if (inner === undefined) continue;
    const at = path === "" ? field : `${path}.${field}`;
    const known = fieldSchema(schema, field) ?? embedded(schema, field);
    if (known !== undefined) kept[field] = pruneAt(inner, known, at, dropped);
    else if (keepsUnknownFields(schema)) kept[field] = inner;
    else dropped.push(at);
  }
  return kept;
}

/** An embedded resource keeps what every object has. */
function embedded(schema: Schema, field: string): Schema | undefined {
  if (schema["x-kubernetes-embedded-resource"] !== true) return undefined;
  return field === "apiVersion" || field === "kind"
    ? { type: "string" }
    : field === "metadata"
      ? { type: "object", "x-kubernetes-preserve-unknown-fields": true }
      : undefined;
}

/** A copy with the schema's defaults in place of absent fields; null counts as absent where it is not allowed. */
export function applyDefaults<T extends Json>(value: T, schema: Schema | undefined): T {
  return defaultsAt(value, schema) as T;
}

function isAbsent(value: Json | undefined, schema: Schema): boolean {
  return value === undefined || (value === null && schema.nullable !== true);
}

function defaultsAt(value: Json, schema: Schema | undefined): Json {
  if (schema === undefined) return value;
  if (Array.isArray(value)) return value.map((item) => defaultsAt(item, schema.items));
  if (!isJsonObject(value)) return value;
  const filled: JsonObject = { ...value };
  for (const [field, inner] of Object.entries(schema.properties ?? {})) {
    if (inner.default !== undefined && isAbsent(filled[field], inner)) filled[field] = structuredClone(inner.default);
  }
  for (const [field, inner] of Object.entries(filled)) {
    if (inner !== undefined) filled[field] = defaultsAt(inner, fieldSchema(schema, field));
  }
  return filled;
}
