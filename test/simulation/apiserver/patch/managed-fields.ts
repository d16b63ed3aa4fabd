import { textOf, type ApiObject, type JsonObject } from "../json.ts";
import type { Schema } from "../schema.ts";
import { fieldsChanged } from "./field-changes.ts";
import { fromFieldsV1, toFieldsV1, valueAt, type FieldSet } from "./field-set.ts";

/** Who wrote, how, and through which subresource. */
export interface Writer {
  readonly manager: string;
  readonly operation: "Apply" | "Update";
  readonly apiVersion: string;
  readonly subresource: string;
}

/** What one writer owns of an object. */
export interface Ownership extends Writer {
  readonly time: string;
  readonly fields: FieldSet;
}

/** The owners that an object names. */
export function ownershipsOf(object: ApiObject | undefined): Ownership[] {
  return (object?.metadata.managedFields ?? []).map((entry) => ({
    manager: textOf(entry["manager"]),
    operation: entry["operation"] === "Apply" ? "Apply" : "Update",
    apiVersion: textOf(entry["apiVersion"]),
    subresource: textOf(entry["subresource"]),
    time: textOf(entry["time"]),
    fields: fromFieldsV1(entry["fieldsV1"]),
  }));
}

/** As metadata.managedFields holds them; who owns nothing is left out. */
export function toManagedFields(ownerships: readonly Ownership[]): JsonObject[] {
  return ownerships
    .filter(({ fields }) => fields.size > 0)
    .map((owned) => ({
      manager: owned.manager,
      operation: owned.operation,
      apiVersion: owned.apiVersion,
      time: owned.time,
      fieldsType: "FieldsV1",
      fieldsV1: toFieldsV1(owned.fields),
      ...(owned.subresource === "" ? {} : { subresource: owned.subresource }),
    }));
}

/** Whether two entries stand for the same writer. */
export function sameWriter(a: Writer, b: Writer): boolean {
  return (
    a.manager === b.manager &&
    a.operation === b.operation &&
    a.subresource === b.subresource &&
    a.apiVersion === b.apiVersion
  );
}

/** The object without what nobody can own. */
export function ownable(object: ApiObject): JsonObject {
  const { apiVersion: _apiVersion, kind: _kind, metadata, ...rest } = object;
  const { labels, annotations, finalizers, ownerReferences } = metadata;
  const owned: JsonObject = Object.fromEntries(
    Object.entries({ labels, annotations, finalizers, ownerReferences }).filter(([, value]) => value !== undefined),
  );
  return Object.keys(owned).length === 0 ? rest : { ...rest, metadata: owned };
}

/** The owners after an ordinary write: the writer owns what it changed, nobody owns what is gone. */
export function ownershipsAfterUpdate(
  before: ApiObject | undefined,
  after: ApiObject,
  by: { readonly writer: Writer; readonly time: string; readonly schema: Schema },
): Ownership[] {
  const now = ownable(after);
  const then = before === undefined ? { metadata: {} } : { metadata: {}, ...ownable(before) };
  const changed = fieldsChanged(now, then, by.schema);
  const gone = [...fieldsChanged(then, now, by.schema)].filter(
    ([, path]) => valueAt(now, by.schema, path) === undefined,
  );
  const lost = new Set(gone.map(([key]) => key));
  const others = ownershipsOf(before).map((owned) => {
    const mine = sameWriter(owned, by.writer);
    const kept = [...owned.fields].filter(([key]) => !lost.has(key) && (mine || !changed.has(key)));
    return { ...owned, fields: new Map(kept) };
  });
  if (changed.size === 0) return others;
  const own = others.find((owned) => sameWriter(owned, by.writer));
  const entry = { ...by.writer, time: by.time, fields: new Map([...(own?.fields ?? []), ...changed]) };
  return own === undefined ? [...others, entry] : others.map((owned) => (owned === own ? entry : owned));
}
