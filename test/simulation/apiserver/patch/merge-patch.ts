import { isJsonObject, type Json, type JsonObject } from "../json.ts";

/** Applies a JSON merge patch (RFC 7386): null deletes, objects merge, the rest replaces. */
export function applyMergePatch(target: Json | undefined, patch: Json): Json {
  if (!isJsonObject(patch)) return patch;
  const result: JsonObject = isJsonObject(target) ? { ...target } : {};
  for (const [field, change] of Object.entries(patch)) {
    if (change === undefined) continue;
    if (change === null) delete result[field];
    else result[field] = applyMergePatch(result[field], change);
  }
  return result;
}
