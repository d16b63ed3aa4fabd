import type { FieldError } from "./api-error.ts";
import { duplicate } from "./field-errors.ts";
import { isJsonObject, type Json, type JsonObject } from "./json.ts";
import { fieldSchema, type Schema } from "./schema.ts";

/** Every second occurrence in a set or in a list with keys. */
export function duplicatesIn(value: Json, schema: Schema | undefined, path = ""): FieldError[] {
  if (schema === undefined) return [];
  if (Array.isArray(value)) {
    const inner = value.flatMap((item, index) => duplicatesIn(item, schema.items, `${path}[${index}]`));
    return [...inner, ...duplicateItems(value, schema, path)];
  }
  if (!isJsonObject(value)) return [];
  return Object.entries(value).flatMap(([field, inner]) => {
    return inner === undefined
      ? []
      : duplicatesIn(inner, fieldSchema(schema, field), path === "" ? field : `${path}.${field}`);
  });
}

function duplicateItems(items: Json[], schema: Schema, path: string): FieldError[] {
  const type = schema["x-kubernetes-list-type"];
  if (type !== "set" && type !== "map") return [];
  const identityOf = (item: Json): Json => (type === "set" ? item : keysOf(item, schema));
  const identities = items.map((item) => JSON.stringify(identityOf(item)));
  return items.flatMap((item, index) => {
    const isFirst = identities.indexOf(identities[index] ?? "") === index;
    return isFirst ? [] : [duplicate(`${path}[${index}]`, identityOf(item))];
  });
}

function keysOf(item: Json, schema: Schema): JsonObject {
  const keys = schema["x-kubernetes-list-map-keys"] ?? [];
  const fields = isJsonObject(item) ? item : {};
  return Object.fromEntries(keys.toSorted().map((key) => [key, fields[key]]));
}
