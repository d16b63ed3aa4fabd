import { ApiError } from "../api-error.ts";
import { equalJson, isJsonObject, type ApiObject, type Json, type JsonObject } from "../json.ts";
import type { Schema } from "../schema.ts";
import { childrenOf, fieldsOf, pathKey, showPath, valueAt, type FieldPath, type FieldSet } from "./field-set.ts";
import { ownable, ownershipsOf, sameWriter, type Ownership, type Writer } from "./managed-fields.ts";

/** A server-side apply: what one writer wants an object to say. */
export interface Apply {
  readonly live: ApiObject | undefined;
  readonly config: ApiObject;
  readonly writer: Writer;
  readonly force: boolean;
  readonly time: string;
  readonly schema: Schema;
}

/** The object as it should be, and who owns what afterwards. */
export interface Applied {
  readonly object: ApiObject;
  readonly ownerships: readonly Ownership[];
}

/** Merges a configuration into the live object, or refuses with the fields that others own and would lose. */
export function applyConfiguration(apply: Apply): Applied {
  const { live, config, writer, schema } = apply;
  const wanted = fieldsOf(ownable(config), schema);
  const before = ownershipsOf(live);
  const conflicts = live === undefined ? [] : conflictsWith(apply, before, wanted);
  if (conflicts.length > 0 && !apply.force) throw applyConflict(conflicts);
  const lost = new Set(conflicts.map(({ path }) => pathKey(path)));
  const others = before
    .filter((owned) => !sameWriter(owned, writer))
    .map((owned) => ({ ...owned, fields: new Map([...owned.fields].filter(([key]) => !lost.has(key))) }));
  const own = before.find((owned) => sameWriter(owned, writer));
  const given = [...(own?.fields ?? [])].filter(
    ([key]) => !wanted.has(key) && !others.some(({ fields }) => fields.has(key)),
  );
  const merged =
    live === undefined ? config : (merge(live, { ...config, metadata: mergeable(config) }, schema) as ApiObject);
  const object = given.reduce((at, [, path]) => removeAt(at, schema, path) as ApiObject, merged);
  const unchanged = own !== undefined && equalJson([...own.fields.keys()].toSorted(), [...wanted.keys()].toSorted());
  const entry: Ownership = { ...writer, time: unchanged ? own.time : apply.time, fields: wanted };
  const ownerships =
    own === undefined
      ? [...others, entry]
      : before.map((owned) => (owned === own ? entry : (others.find((o) => sameWriter(o, owned)) ?? owned)));
  return { object, ownerships };
}

/** Of the metadata, only these can be applied; names and preconditions are not merged. */
function mergeable(config: ApiObject): ApiObject["metadata"] {
  const { labels, annotations, finalizers, ownerReferences, uid, resourceVersion, name } = config.metadata;
  const fields = { labels, annotations, finalizers, ownerReferences, uid, resourceVersion };
  const stated = Object.entries(fields).filter(([, value]) => value !== undefined);
  return { name, ...Object.fromEntries(stated) };
}

interface Conflict {
  readonly owner: Ownership;
  readonly path: FieldPath;
}

function conflictsWith(
  { live, config, writer, schema }: Apply,
  before: readonly Ownership[],
  wanted: FieldSet,
): Conflict[] {
  if (live === undefined) return [];
  const current = ownable(live);
  const desired = ownable(config);
  const differs = [...wanted.values()].filter((path) => {
    const [now, then] = [valueAt(desired, schema, path), valueAt(current, schema, path)];
    return (
      !equalJson(now, then) && !(isJsonObject(now) && isJsonObject(then) && path.at(-1)?.startsWith("k:") === true)
    );
  });
  return before
    .filter((owned) => !sameWriter(owned, writer))
    .flatMap((owner) => differs.filter((path) => owner.fields.has(pathKey(path))).map((path) => ({ owner, path })));
}

function applyConflict(conflicts: readonly Conflict[]): ApiError {
  const named = conflicts
    .map(({ owner, path }) => ({
      with: `conflict with ${describe(owner)}`,
      owner: describe(owner),
      field: showPath(path),
    }))
    .toSorted((a, b) => (a.with + a.field < b.with + b.field ? -1 : 1));
  const owners = [...new Set(named.map(({ owner }) => owner))];
  const text = owners.map((owner) => {
    const fields = named.filter((one) => one.owner === owner).map(({ field }) => field);
    return fields.length === 1
      ? `conflict with ${owner}: ${fields[0]}`
      : `conflicts with ${owner}:\n- ${fields.join("\n- ")}`;
  });
  const head = `Apply failed with ${named.length} ${named.length === 1 ? "conflict" : "conflicts"}: `;
  const causes = named.map((one) => ({ reason: "FieldManagerConflict", message: one.with, field: one.field }));
  return new ApiError(409, "Conflict", head + text.join("\n"), { details: { causes } });
}

function describe(owner: Ownership): string {
  const through = owner.subresource === "" ? "" : ` with subresource "${owner.subresource}"`;
  const when = owner.operation === "Update" ? ` using ${owner.apiVersion}` : "";
  return `${JSON.stringify(owner.manager)}${through}${when}`;
}

function merge(live: Json | undefined, config: Json, schema: Schema | undefined): Json {
  const changes = live === undefined || live === null ? undefined : childrenOf(config, schema);
  if (changes === undefined || typeof live !== typeof config || Array.isArray(live) !== Array.isArray(config))
    return config;
  const current = childrenOf(live ?? null, schema) ?? [];
  const find = (step: string): Json | undefined => current.find((child) => child.step === step)?.value;
  if (Array.isArray(live)) {
    const updated = current.map(({ step, value, schema: inner }) => {
      const change = changes.find((child) => child.step === step);
      return change === undefined ? value : merge(value, change.value, inner);
    });
    return [...updated, ...changes.filter(({ step }) => find(step) === undefined).map(({ value }) => value)];
  }
  const fields = changes.map(
    ({ step, value, schema: inner }) => [step.slice(2), merge(find(step), value, inner)] as const,
  );
  return { ...(live as JsonObject), ...Object.fromEntries(fields) };
}

/** The value without one field; a list or map that is empty afterwards goes too. */
function removeAt(value: Json, schema: Schema | undefined, path: FieldPath): Json {
  const [step, ...rest] = path;
  const child = childrenOf(value, schema)?.find((candidate) => candidate.step === step);
  if (step === undefined || child === undefined) return value;
  const inner = rest.length === 0 ? undefined : removeAt(child.value, child.schema, rest);
  const next = isEmpty(inner) ? undefined : inner;
  if (Array.isArray(value)) {
    const steps = childrenOf(value, schema)?.map((one) => one.step);
    return value.flatMap((item, index) => (steps?.[index] !== step ? [item] : next === undefined ? [] : [next]));
  }
  const { [step.slice(2)]: _removed, ...others } = value as JsonObject;
  return next === undefined ? others : { ...others, [step.slice(2)]: next };
}

function isEmpty(value: Json | undefined): boolean {
  return typeof value === "object" && value !== null && Object.keys(value).length === 0;
}
