import { isDeepStrictEqual } from "node:util";

/** RFC 7386, without touching what it is given: parts that stay the same are shared, and so is the whole. */
export function applyMergePatch(target: unknown, patch: unknown): unknown {
  if (!isObject(patch)) return isDeepStrictEqual(target, patch) ? target : patch;
  const before = isObject(target) ? target : {};
  const result: Record<string, unknown> = { ...before };
  let isSame = before === target;
  for (const [key, value] of Object.entries(patch)) {
    if (value === undefined) continue;
    if (value === null) delete result[key];
    else result[key] = applyMergePatch(result[key], value);
    isSame &&= result[key] === before[key];
  }
  return isSame ? target : result;
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
