import { equalJson, type ApiObject, type Json } from "./json.ts";
import { apiVersionOf, storageVersionOf, type Kind, type KindVersion } from "./kinds.ts";
import { applyDefaults, prune } from "./schema-prune.ts";

/** The fields of an event under their names in core/v1 and in events.k8s.io/v1; the same object is served as both. */
const eventFields: readonly (readonly [core: string, events: string])[] = [
  ["involvedObject", "regarding"],
  ["message", "note"],
  ["source", "deprecatedSource"],
  ["firstTimestamp", "deprecatedFirstTimestamp"],
  ["lastTimestamp", "deprecatedLastTimestamp"],
  ["count", "deprecatedCount"],
  ["reportingComponent", "reportingController"],
];

const converted = new WeakMap<ApiObject, Map<string, ApiObject>>();

/** A stored object as one version of its kind shows it. Only the conversion strategy None is known: versions differ in
 * what they prune and default, not in the shape of what they share. */
export function toServed(object: ApiObject, kind: Kind, version: KindVersion): ApiObject {
  const apiVersion = apiVersionOf(kind, version.name);
  const known = converted.get(object)?.get(apiVersion);
  if (known !== undefined) return known;
  const served = convertTo(object, kind, version);
  const versions = converted.get(object) ?? new Map<string, ApiObject>();
  if (Object.isFrozen(object)) converted.set(object, versions.set(apiVersion, served));
  return served;
}

function convertTo(object: ApiObject, kind: Kind, version: KindVersion): ApiObject {
  if (kind.storage === "/events") return showEvent(object, kind, version);
  const retyped = { ...object, apiVersion: apiVersionOf(kind, version.name), kind: kind.kind };
  if (!kind.custom) return retyped;
  const shown = version.storage ? retyped : prune<ApiObject>(retyped, version.schema).value;
  return applyDefaults(shown, version.schema);
}

/** Events show what they lack. */
function showEvent(object: ApiObject, kind: Kind, version: KindVersion): ApiObject {
  const legacy = { source: {}, firstTimestamp: null, lastTimestamp: null };
  const complete = { ...legacy, eventTime: null, reportingComponent: "", reportingInstance: "", ...object };
  if (kind.group === "") return complete;
  const { reportingComponent, reportingInstance, ...rest } = complete;
  const reporter = {
    ...(reportingComponent === "" ? {} : { reportingComponent }),
    ...(reportingInstance === "" ? {} : { reportingInstance }),
  };
  const renamed = rename({ ...rest, ...reporter }, (field) => eventFields.find(([core]) => core === field)?.[1]);
  return { ...renamed, apiVersion: apiVersionOf(kind, version.name) };
}

/** An object of some version as the store keeps it. */
export function toStored(object: ApiObject, kind: Kind): ApiObject {
  if (kind.storage === "/events") return storeEvent(object, kind);
  return { ...object, apiVersion: apiVersionOf(kind, storageVersionOf(kind).name) };
}

function storeEvent(object: ApiObject, kind: Kind): ApiObject {
  const event =
    kind.group === "" ? object : rename(object, (field) => eventFields.find(([, events]) => events === field)?.[0]);
  const stated = Object.entries(event).filter(([, value]) => value !== null && value !== "" && !equalJson(value, {}));
  return { ...Object.fromEntries(stated), apiVersion: "v1", kind: event.kind, metadata: event.metadata };
}

function rename(object: ApiObject, nameOf: (field: string) => string | undefined): ApiObject {
  const fields = Object.entries(object).map(([field, value]): [string, Json | undefined] => [
    nameOf(field) ?? field,
    value,
  ]);
  return { ...Object.fromEntries(fields), apiVersion: object.apiVersion, kind: object.kind, metadata: object.metadata };
}
