import type { FieldError } from "./api-error.ts";
import { definitionErrors } from "./custom-kinds.ts";
import { eventErrors } from "./event-rules.ts";
import { invalidValue } from "./field-errors.ts";
import { objectOf, type ApiObject, textOf } from "./json.ts";
import type { Kind } from "./kinds.ts";

/** What is wrong with an object of a built-in kind beyond its metadata. Judges the stored form. */
export function kindErrors(object: ApiObject, kind: Kind, old?: ApiObject): FieldError[] {
  switch (kind.kind) {
    case "ConfigMap":
    case "Secret":
      return kind.group === "" ? dataErrors(object) : [];
    case "Event":
      return kind.storage === "/events" ? eventErrors(object, kind, old) : [];
    case "Lease":
      return kind.group === "coordination.k8s.io" ? leaseErrors(object) : [];
    case "CustomResourceDefinition":
      return kind.group === "apiextensions.k8s.io" ? definitionErrors(object) : [];
    default:
      return [];
  }
}

const dataBytesMax = 1024 * 1024;
const dataKey = /^[-._a-zA-Z0-9]+$/u;
const dataKeyText =
  "a valid config key must consist of alphanumeric characters, '-', '_' or '.' (e.g. 'key.name',  or 'KEY_NAME',  or 'key-name', regex used for validation is '[-._a-zA-Z0-9]+')";

function dataErrors(object: ApiObject): FieldError[] {
  const data = objectOf(object["data"]);
  const errors = Object.keys(data)
    .filter((key) => !dataKey.test(key))
    .map((key) => invalidValue(`data[${key}]`, key, dataKeyText));
  const bytes = Object.values(data).reduce((sum: number, value) => sum + Buffer.byteLength(textOf(value)), 0);
  if (bytes > dataBytesMax) {
    errors.push({
      reason: "FieldValueTooLong",
      field: object.kind === "Secret" ? "data" : "[]",
      body: `Too long: may not be more than ${dataBytesMax} bytes`,
    });
  }
  return errors;
}

function leaseErrors(object: ApiObject): FieldError[] {
  const spec = objectOf(object["spec"]);
  const positive = ["leaseDurationSeconds"].filter(
    (field) => typeof spec[field] === "number" && Number(spec[field]) <= 0,
  );
  const errors = positive.map((field) => invalidValue(`spec.${field}`, spec[field] ?? 0, "must be greater than 0"));
  if (Number(spec["leaseTransitions"] ?? 0) < 0) {
    errors.push(
      invalidValue("spec.leaseTransitions", spec["leaseTransitions"] ?? 0, "must be greater than or equal to 0"),
    );
  }
  return errors;
}
