import { isJsonObject, type Json, type JsonObject } from "../json.ts";
import { fieldSchema, type Schema } from "../schema.ts";

/** Steps into an object as managedFields writes them: `f:field`, `k:{"key":"value"}`, `v:"member"`. */
export type FieldPath = readonly string[];

/** A set of fields, each under the text of its path. */
export type FieldSet = ReadonlyMap<string, FieldPath>;

/** The name of a path within a set. */
export function pathKey(path: FieldPath): string {
  return path.join("\u0000");
}

/** Every field that a value states, down to where the schema says that a value is one unit. */
export function fieldsOf(value: Json, schema: Schema | undefined): FieldSet {
  const found = new Map<string, FieldPath>();
  collect(value, schema, [], found);
  return found;
}

function collect(value: Json, schema: Schema | undefined, path: FieldPath, found: Map<string, FieldPath>): void {
  const add = (at: FieldPath): unknown => found.set(pathKey(at), at);
  const children = childrenOf(value, schema);
  if (children === undefined) {
    if (path.length > 0) add(path);
    return;
  }
  for (const child of children) {
    const at = [...path, child.step];
    if (child.isItem || (isJsonObject(child.value) && !child.declared)) add(at);
    if (child.isMember) continue;
    if (isEmpty(child.value)) add(at);
    else collect(child.value, child.schema, at, found);
  }
}

/** Whether a value is a field of its own for lack of anything within it. */
export function isEmpty(value: Json): boolean {
  return value === null || (isJsonObject(value) && Object.keys(value).length === 0);
}

/** Something directly within a value. */
export interface Child {
  readonly step: string;
  readonly value: Json;
  readonly schema: Schema | undefined;
  /** An item of a list with keys. */
  readonly isItem: boolean;
  /** A member of a set, which has no fields of its own. */
  readonly isMember: boolean;
  /** A field named by the schema, as opposed to a key of a map. */
  readonly declared: boolean;
}

/** What lies directly within a value, or undefined when it is changed as a whole. */
export function childrenOf(value: Json, schema: Schema | undefined): readonly Child[] | undefined {
  if (Array.isArray(value)) return itemsOf(value, schema);
  if (!isJsonObject(value) || schema?.["x-kubernetes-map-type"] === "atomic") return undefined;
  return Object.entries(value).flatMap(([field, inner]) => {
    if (inner === undefined) return [];
    const declared = schema?.properties?.[field] !== undefined;
    const child = { step: `f:${field}`, value: inner, schema: fieldSchema(schema, field) };
    return [{ ...child, isItem: false, isMember: false, declared }];
  });
}

function itemsOf(list: Json[], schema: Schema | undefined): readonly Child[] | undefined {
  const kind = schema?.["x-kubernetes-list-type"];
  if (kind === "set") {
    const member = { schema: undefined, isItem: true, isMember: true, declared: false };
    return list.map((value) => ({ step: `v:${JSON.stringify(value)}`, value, ...member }));
  }
  if (kind !== "map") return undefined;
  const item = { schema: schema?.items, isItem: true, isMember: false, declared: false };
  return list.map((value) => ({ step: itemStep(value, schema), value, ...item }));
}

/** The step to an item of a list with keys. */
function itemStep(item: Json, schema: Schema | undefined): string {
  const keys = schema?.["x-kubernetes-list-map-keys"] ?? [];
  const fields = isJsonObject(item) ? item : {};
  const values = keys
    .toSorted()
    .map((key) => [key, fields[key] ?? schema?.items?.properties?.[key]?.default ?? null] as const);
  return `k:${JSON.stringify(Object.fromEntries(values))}`;
}

/** The value at a path, or undefined. */
export function valueAt(value: Json, schema: Schema | undefined, path: FieldPath): Json | undefined {
  const [step, ...rest] = path;
  if (step === undefined) return value;
  const child = childAt(value, schema, step);
  return child === undefined ? undefined : valueAt(child.value, child.schema, rest);
}

function childAt(value: Json, schema: Schema | undefined, step: string): Pick<Child, "value" | "schema"> | undefined {
  if (!isJsonObject(value)) return childrenOf(value, schema)?.find((candidate) => candidate.step === step);
  const field = step.slice(2);
  const inner = schema?.["x-kubernetes-map-type"] === "atomic" ? undefined : value[field];
  return inner === undefined ? undefined : { value: inner, schema: fieldSchema(schema, field) };
}

/** As managedFields spells the set. */
export function toFieldsV1(fields: FieldSet): JsonObject {
  const root: JsonObject = {};
  for (const path of fields.values()) {
    let at = root;
    for (const step of path) {
      const next = at[step];
      at = isJsonObject(next) ? next : (at[step] = {});
    }
    at["."] = {};
  }
  return withoutLeafMarks(root);
}

/** A field with nothing beneath it needs no mark of its own. */
function withoutLeafMarks(node: JsonObject): JsonObject {
  const steps = Object.keys(node)
    .filter((step) => step !== ".")
    .toSorted();
  const inner = steps.map((step) => [step, withoutLeafMarks(node[step] as JsonObject)] as const);
  return steps.length > 0 && node["."] !== undefined
    ? { ".": {}, ...Object.fromEntries(inner) }
    : Object.fromEntries(inner);
}

/** The set that managedFields spells. */
export function fromFieldsV1(fields: Json | undefined): FieldSet {
  const found = new Map<string, FieldPath>();
  const walk = (node: JsonObject, path: FieldPath): void => {
    const steps = Object.keys(node).filter((step) => step !== ".");
    if (path.length > 0 && (steps.length === 0 || node["."] !== undefined)) found.set(pathKey(path), path);
    for (const step of steps) walk(node[step] as JsonObject, [...path, step]);
  };
  if (isJsonObject(fields)) walk(fields, []);
  return found;
}

/** As error messages spell a path: `.spec.items[name="a"].size`. */
export function showPath(path: FieldPath): string {
  return path.map(showStep).join("");
}

function showStep(step: string): string {
  const rest = step.slice(2);
  if (step.startsWith("f:")) return `.${rest}`;
  if (step.startsWith("v:")) return `[=${rest}]`;
  const keys = Object.entries(JSON.parse(rest) as Record<string, Json>);
  return `[${keys.map(([key, value]) => `${key}=${JSON.stringify(value)}`).join(",")}]`;
}
