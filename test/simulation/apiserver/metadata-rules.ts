import type { FieldError } from "./api-error.ts";
import { forbiddenField, invalidValue, required, tooLong } from "./field-errors.ts";
import { equalJson, type JsonObject, type Metadata, textOf } from "./json.ts";
import type { NameRule } from "./kinds.ts";

/** The most that the annotations of one object may weigh together. */
export const annotationsBytesMax = 256 * 1024;

const label = /^[a-z0-9]([-a-z0-9]*[a-z0-9])?$/u;
const subdomain = /^[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$/u;
const qualifiedNamePart = /^([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]$/u;
const labelValue = /^(([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9])?$/u;

const subdomainText =
  "a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or '.', and must start and end with an alphanumeric character " +
  "(e.g. 'example.com', regex used for validation is '[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*')";
const labelText =
  "a lowercase RFC 1123 label must consist of lower case alphanumeric characters or '-', and must start and end with an alphanumeric character " +
  "(e.g. 'my-name',  or '123-abc', regex used for validation is '[a-z0-9]([-a-z0-9]*[a-z0-9])?')";
const qualifiedNameText =
  "name part must consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character " +
  "(e.g. 'MyName',  or 'my.name',  or '123-abc', regex used for validation is '([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]')";
const labelValueText =
  "a valid label must be an empty string or consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character " +
  "(e.g. 'MyValue',  or 'my_value',  or '12345', regex used for validation is '(([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9])?')";

/** What is wrong with the metadata of an object that is about to be created. */
export function metadataErrors(metadata: Metadata, rule: NameRule): FieldError[] {
  const errors: FieldError[] = [];
  const prefix = metadata.generateName ?? "";
  if (prefix !== "") errors.push(...nameErrors("metadata.generateName", prefix.replace(/-$/u, "x"), rule));
  if (metadata.name === "") errors.push(required("metadata.name", "name or generateName is required"));
  else errors.push(...nameErrors("metadata.name", metadata.name, rule));
  return [...errors, ...commonErrors(metadata)];
}

/** What is wrong with metadata that is about to replace the old. A real server judges the metadata of custom objects
 * more than once, and says so as often. */
export function metadataUpdateErrors(metadata: Metadata, old: Metadata, custom: boolean): FieldError[] {
  const changes = changeErrors(metadata, old);
  const rules = commonErrors(metadata);
  return custom ? [...rules, ...changes, ...rules, ...changes, ...rules] : [...changes, ...rules];
}

function changeErrors(metadata: Metadata, old: Metadata): FieldError[] {
  const errors: FieldError[] = [];
  const added = (metadata.finalizers ?? []).filter((finalizer) => !(old.finalizers ?? []).includes(finalizer));
  if (old.deletionTimestamp !== undefined && added.length > 0) {
    const found = `[]string{${added.map((finalizer) => JSON.stringify(finalizer)).join(", ")}}`;
    const detail = `no new finalizers can be added if the object is being deleted, found new finalizers ${found}`;
    errors.push(forbiddenField("metadata.finalizers", detail));
  }
  for (const field of ["name", "namespace", "uid", "deletionTimestamp", "deletionGracePeriodSeconds"] as const) {
    const [now, before] = [metadata[field], old[field]];
    if (!equalJson(now, before)) errors.push(invalidValue(`metadata.${field}`, now ?? "", "field is immutable"));
  }
  return errors;
}

function nameErrors(field: string, name: string, rule: NameRule): FieldError[] {
  const [pattern, text, lengthMax] =
    rule === "label" ? ([label, labelText, 63] as const) : ([subdomain, subdomainText, 253] as const);
  const errors: FieldError[] = [];
  if (name.length > lengthMax) errors.push(invalidValue(field, name, `must be no more than ${lengthMax} characters`));
  if (!pattern.test(name)) errors.push(invalidValue(field, name, text));
  return errors;
}

function commonErrors(metadata: Metadata): FieldError[] {
  return [
    ...labelErrors(metadata.labels ?? {}),
    ...annotationErrors(metadata.annotations ?? {}),
    ...ownerErrors(metadata.ownerReferences ?? []),
    ...(metadata.finalizers ?? []).flatMap((finalizer) => qualifiedNameErrors("metadata.finalizers", finalizer)),
  ];
}

function labelErrors(labels: Record<string, string>): FieldError[] {
  return Object.entries(labels).flatMap(([key, value]) => {
    const errors = qualifiedNameErrors("metadata.labels", key);
    if (value.length > 63) errors.push(invalidValue("metadata.labels", value, "must be no more than 63 bytes"));
    if (!labelValue.test(value)) errors.push(invalidValue("metadata.labels", value, labelValueText));
    return errors;
  });
}

function annotationErrors(annotations: Record<string, string>): FieldError[] {
  const errors = Object.keys(annotations).flatMap((key) => qualifiedNameErrors("metadata.annotations", key));
  const bytes = Object.entries(annotations).reduce((sum, [key, value]) => sum + byteLength(key) + byteLength(value), 0);
  if (bytes > annotationsBytesMax) errors.push(tooLong("metadata.annotations", annotationsBytesMax));
  return errors;
}

function byteLength(text: string): number {
  return Buffer.byteLength(text);
}

function qualifiedNameErrors(field: string, key: string): FieldError[] {
  const parts = key.split("/");
  if (parts.length > 2) {
    const rule = qualifiedNameText.replace("name part ", "");
    const detail = `a valid label key ${rule} with an optional DNS subdomain prefix and '/' (e.g. 'example.com/MyName')`;
    return [invalidValue(field, key, detail)];
  }
  const errors: FieldError[] = [];
  const name = parts.at(-1) ?? "";
  const prefix = parts.length === 2 ? parts[0] : undefined;
  if (prefix === "") errors.push(invalidValue(field, key, "prefix part must be non-empty"));
  else if (prefix !== undefined && !subdomain.test(prefix))
    errors.push(invalidValue(field, key, `prefix part ${subdomainText}`));
  if (name === "") errors.push(invalidValue(field, key, "name part must be non-empty"));
  else if (name.length > 63) errors.push(invalidValue(field, key, "name part must be no more than 63 bytes"));
  if (!qualifiedNamePart.test(name)) errors.push(invalidValue(field, key, qualifiedNameText));
  return errors;
}

function ownerErrors(owners: readonly JsonObject[]): FieldError[] {
  const errors = owners.flatMap((owner, index) =>
    ["apiVersion", "kind", "name", "uid"]
      .filter((field) => (owner[field] ?? "") === "")
      .map((field) => required(`metadata.ownerReferences[${index}].${field}`, "must not be empty")),
  );
  const controllers = owners.filter((owner) => owner["controller"] === true);
  const [first, second] = controllers.map((owner) => `${textOf(owner["kind"])}/${textOf(owner["name"])}`);
  if (second !== undefined) {
    const detail = `Only one reference can have Controller set to true. Found "true" in references for ${first} and ${second}`;
    errors.push(invalidValue("metadata.ownerReferences", [...owners], detail));
  }
  return errors;
}
