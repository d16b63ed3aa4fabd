import type { FieldError } from "./api-error.ts";
import { invalidValue, required } from "./field-errors.ts";
import { equalJson, isJsonObject, objectOf, textOf, type ApiObject } from "./json.ts";
import type { Kind } from "./kinds.ts";

/** What is wrong with an event in its stored form; the group events.k8s.io is stricter. */
export function eventErrors(event: ApiObject, kind: Kind, old: ApiObject | undefined): FieldError[] {
  const strict = kind.group === "events.k8s.io";
  const involved = textOf(objectOf(event["involvedObject"])["namespace"]);
  const namespace = event.metadata.namespace ?? "";
  const isNew = event["eventTime"] !== undefined;
  const free = isNew ? ["default", "kube-system"] : ["default"];
  const matches = involved === "" ? free.includes(namespace) : isNew || involved === namespace;
  const errors = matches ? [] : [invalidValue("involvedObject.namespace", involved, "does not match event.namespace")];
  if (isNew) errors.push(...newEventErrors(event, strict));
  if (strict) errors.push(...(old === undefined ? strictEventErrors(event) : rewritingErrors(event, old)));
  return errors;
}

function newEventErrors(event: ApiObject, strict: boolean): FieldError[] {
  const controller = strict ? "reportingController" : "reportingComponent";
  const texts: readonly (readonly [stored: string, shown: string, lengthMax: number, needed: boolean])[] = [
    ["reportingComponent", controller, Infinity, true],
    ["reportingInstance", "reportingInstance", 128, true],
    ["action", "action", 128, true],
    ["reason", "reason", 128, true],
    ["message", "message", 1024, false],
  ];
  return texts.flatMap(([stored, shown, lengthMax, needed]) => {
    const text = textOf(event[stored]);
    if (text === "") return needed ? [required(shown)] : [];
    return Buffer.byteLength(text) > lengthMax
      ? [invalidValue(shown, "", `can have at most ${lengthMax} characters`)]
      : [];
  });
}

function strictEventErrors(event: ApiObject): FieldError[] {
  const errors = seriesErrors(event);
  if (event["eventTime"] === undefined) errors.push(required("eventTime"));
  const type = textOf(event["type"]);
  if (type !== "Normal" && type !== "Warning") errors.push(invalidValue("type", "", `has invalid value: ${type}`));
  const legacy = ["firstTimestamp", "lastTimestamp", "count"].filter((field) => event[field] !== undefined);
  return [...errors, ...legacy.map((field) => invalidValue(field, "", "needs to be unset"))];
}

const fixedFields = [
  "involvedObject",
  "reason",
  "message",
  "source",
  "firstTimestamp",
  "lastTimestamp",
  "count",
  "type",
  "eventTime",
  "action",
  "related",
  "reportingController",
  "reportingInstance",
];

/** Nothing but the series of an event may change. */
function rewritingErrors(event: ApiObject, old: ApiObject): FieldError[] {
  const series = equalJson(event["series"], old["series"]) ? [] : seriesErrors(event);
  const stored = (field: string): string => (field === "reportingController" ? "reportingComponent" : field);
  const changed = fixedFields.filter((field) => !equalJson(event[stored(field)], old[stored(field)]));
  return [...series, ...changed.map((field) => invalidValue(field, event[stored(field)] ?? "", "field is immutable"))];
}

function seriesErrors(event: ApiObject): FieldError[] {
  const series = event["series"];
  if (!isJsonObject(series)) return [];
  const errors = Number(series["count"] ?? 0) < 2 ? [invalidValue("series.count", "", "should be at least 2")] : [];
  return series["lastObservedTime"] === undefined ? [...errors, required("series.lastObservedTime")] : errors;
}
