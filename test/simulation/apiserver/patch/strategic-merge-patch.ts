import { equalJson, isJsonObject, objectOf, type Json, type JsonObject } from "../json.ts";

/** Lists that merge by a key instead of being replaced, for the built-in kinds that we serve. */
const mergeKeys: Readonly<Record<string, string>> = {
  ownerReferences: "uid",
  secrets: "name",
  imagePullSecrets: "name",
  conditions: "type",
};

/** Applies a strategic merge patch: a merge patch in which some lists are merged and items can be deleted. Of its
 * directives only `$patch: delete` and `$patch: replace` are known. */
export function applyStrategicMergePatch(target: Json | undefined, patch: Json): Json {
  if (!isJsonObject(patch)) return patch;
  if (patch["$patch"] === "replace") return without(patch, "$patch");
  const result: JsonObject = isJsonObject(target) ? { ...target } : {};
  for (const [field, change] of Object.entries(patch)) {
    if (change === undefined || field.startsWith("$")) continue;
    if (change === null) delete result[field];
    else if (Array.isArray(change)) result[field] = mergeLists(field, result[field], change);
    else result[field] = applyStrategicMergePatch(result[field], change);
  }
  return result;
}

function mergeLists(field: string, current: Json | undefined, changes: Json[]): Json[] {
  const items = Array.isArray(current) ? [...current] : [];
  if (field === "finalizers") return [...changes, ...items.filter((item) => !changes.includes(item))];
  const key = mergeKeys[field];
  if (key === undefined) return changes;
  return changes.reduce<Json[]>((merged, change) => mergeItem(merged, objectOf(change), key), items);
}

function mergeItem(items: Json[], change: JsonObject, key: string): Json[] {
  const at = items.findIndex((item) => isJsonObject(item) && equalJson(item[key], change[key]));
  if (change["$patch"] === "delete") return items.filter((_item, index) => index !== at);
  if (at < 0) return [...items, change];
  return items.map((item, index) => (index === at ? applyStrategicMergePatch(item, change) : item));
}

function without(object: JsonObject, field: string): JsonObject {
  const { [field]: _dropped, ...rest } = object;
  return rest;
}
