import { ApiError, badRequest } from "../api-error.ts";
import { cloneJson, equalJson, isJsonObject, type Json, textOf } from "../json.ts";

/** Applies a JSON patch (RFC 6902) to a copy; a failed `test` or a missing path refuses the whole patch. As the real
 * server does, and against the RFC, `replace` sets a field that was absent. */
export function applyJsonPatch<T extends Json>(target: T, patch: Json): Json {
  if (!Array.isArray(patch)) throw badRequest("json: cannot unmarshal object into Go value of type jsonpatch.Patch");
  let document: Json = cloneJson(target);
  for (const operation of patch) document = applyOperation(document, operation);
  return document;
}

function applyOperation(document: Json, operation: Json): Json {
  if (!isJsonObject(operation) || typeof operation["path"] !== "string")
    throw badRequest("invalid JSON patch operation");
  const { path, from, value = null } = operation;
  const op = textOf(operation["op"]);
  const perform = operations[op];
  if (perform === undefined || typeof path !== "string") throw badRequest(`Unexpected kind: ${op}`);
  return perform(document, { path, from: textOf(from), value });
}

interface Arguments {
  readonly path: string;
  readonly from: string;
  readonly value: Json;
}

const operations: Readonly<Record<string, (document: Json, given: Arguments) => Json>> = {
  add: (document, { path, value }) => put(document, path, cloneJson(value), "insert"),
  replace: (document, { path, value }) => put(document, path, cloneJson(value), "replace"),
  remove: (document, { path }) => remove(document, path),
  test: (document, { path, value }) => {
    if (!equalJson(read(document, path) ?? null, value)) throw refused();
    return document;
  },
  copy: (document, { path, from }) => put(document, path, cloneJson(existing(document, from)), "insert"),
  move: (document, { path, from }) => {
    const moved = existing(document, from);
    return put(remove(document, from), path, moved, "insert");
  },
};

function refused(): ApiError {
  return new ApiError(422, "Invalid", "the server rejected our request due to an error in our request", {
    details: {},
  });
}

function segments(path: string): string[] {
  if (path === "") return [];
  return path
    .split("/")
    .slice(1)
    .map((part) => part.replaceAll("~1", "/").replaceAll("~0", "~"));
}

function read(document: Json, path: string): Json | undefined {
  return segments(path).reduce<Json | undefined>((at, part) => childOf(at, part), document);
}

function existing(document: Json, from: string): Json {
  const value = read(document, from);
  if (value === undefined) throw refused();
  return value;
}

function childOf(parent: Json | undefined, part: string): Json | undefined {
  if (Array.isArray(parent)) return parent[Number(part)];
  return isJsonObject(parent) ? parent[part] : undefined;
}

function put(document: Json, path: string, value: Json, mode: "insert" | "replace"): Json {
  const parts = segments(path);
  const last = parts.pop();
  if (last === undefined) return value;
  const parent = parts.reduce<Json | undefined>((at, part) => childOf(at, part), document);
  if (Array.isArray(parent)) {
    const index = last === "-" ? parent.length : Number(last);
    const indexMax = mode === "replace" ? parent.length - 1 : parent.length;
    if (!Number.isInteger(index) || index < 0 || index > indexMax) throw refused();
    parent.splice(index, mode === "replace" ? 1 : 0, value);
  } else if (isJsonObject(parent)) parent[last] = value;
  else throw refused();
  return document;
}

function remove(document: Json, path: string): Json {
  const parts = segments(path);
  const last = parts.pop() ?? "";
  const parent = parts.reduce<Json | undefined>((at, part) => childOf(at, part), document);
  if (childOf(parent, last) === undefined) throw refused();
  if (Array.isArray(parent)) parent.splice(Number(last), 1);
  else if (isJsonObject(parent)) delete parent[last];
  return document;
}
