import type { FieldError } from "./api-error.ts";
import { invalidValue, notSupported, required, tooLong, tooMany, typeInvalid } from "./field-errors.ts";
import { equalJson, isJsonObject, type Json, type JsonObject } from "./json.ts";
import { fieldSchema, type Schema } from "./schema.ts";

/** Everything in the value that the schema forbids, in the API server's words. What an update leaves as it was is not
 * judged again (ratcheting). CEL rules are not evaluated. */
export function validateAgainst(schema: Schema, value: Json, old?: Json): FieldError[] {
  return validateAt({ schema, value, old, path: "" });
}

interface Place {
  readonly schema: Schema | undefined;
  readonly value: Json;
  readonly old: Json | undefined;
  readonly path: string;
}

function validateAt(place: Place): FieldError[] {
  const { schema, value, old, path } = place;
  if (schema === undefined || (old !== undefined && equalJson(value, old))) return [];
  if (value === null) return nullErrors(schema, path);
  const type = typeErrors(schema, value, path);
  if (type.length > 0) return [...type, ...fractionErrors(schema, value, path)];
  return [
    ...combinationErrors(schema, value, path),
    ...enumErrors(schema, value, path),
    ...shapeErrors(schema, value, place),
  ];
}

function shapeErrors(schema: Schema, value: Json, place: Place): FieldError[] {
  if (typeof value === "string") return textErrors(schema, value, place.path);
  if (typeof value === "number") return numberErrors(schema, value, place.path);
  if (Array.isArray(value)) return listErrors(schema, value, place);
  return isJsonObject(value) ? objectErrors(schema, value, place) : [];
}

function nullErrors(schema: Schema, path: string): FieldError[] {
  return schema.nullable === true || schema.type === undefined ? [] : [wrongType(path, schema, "null")];
}

function typeErrors(schema: Schema, value: Json, path: string): FieldError[] {
  const actual = typeOf(value);
  const fits =
    schema["x-kubernetes-int-or-string"] === true
      ? actual === "integer" || actual === "string"
      : schema.type === undefined || schema.type === actual || (schema.type === "number" && actual === "integer");
  return fits ? [] : [wrongType(path, schema, actual)];
}

/** A second complaint that the real server has about fractions. */
function fractionErrors(schema: Schema, value: Json, path: string): FieldError[] {
  if (typeof value !== "number" || schema.type !== "integer") return [];
  return [invalidValue("<nil>", "", `Checked value must be of type integer (default format) in ${path}`)];
}

function typeOf(value: Json): string {
  if (Array.isArray(value)) return "array";
  if (typeof value === "number") return Number.isInteger(value) ? "integer" : "number";
  return value === null ? "null" : typeof value;
}

function wrongType(path: string, schema: Schema, actual: string): FieldError {
  const wanted = schema["x-kubernetes-int-or-string"] === true ? "integer,string" : (schema.type ?? "");
  return typeInvalid(path, actual, `${path} in body must be of type ${wanted}: ${JSON.stringify(actual)}`);
}

function enumErrors(schema: Schema, value: Json, path: string): FieldError[] {
  if (schema.enum === undefined || schema.enum.some((allowed) => equalJson(allowed, value))) return [];
  const allowed = schema.enum.map((one) => (typeof one === "string" ? one : JSON.stringify(one)));
  return [notSupported(path, value, allowed)];
}

function textErrors(schema: Schema, value: string, path: string): FieldError[] {
  const format = schema.format === "date-time" && !dateTime.test(value);
  const errors = format
    ? [typeInvalid(path, value, `${path} in body must be of type date-time: ${JSON.stringify(value)}`)]
    : [];
  return [...errors, ...firstTextError(schema, value, path)];
}

function firstTextError({ maxLength, minLength, pattern }: Schema, value: string, path: string): FieldError[] {
  const length = Array.from(value).length;
  if (maxLength !== undefined && length > maxLength) return [tooLong(path, maxLength)];
  const breaks = (rule: string): FieldError[] => [invalidValue(path, value, `${path} in body should ${rule}`)];
  if (minLength !== undefined && length < minLength) return breaks(`be at least ${minLength} chars long`);
  return pattern !== undefined && !new RegExp(pattern, "u").test(value) ? breaks(`match '${pattern}'`) : [];
}

const dateTime = /^\d{4}-\d\d-\d\d[Tt ]\d\d:\d\d:\d\d(\.\d+)?([Zz]|[+-]\d\d:\d\d)$/u;

function numberErrors(schema: Schema, value: number, path: string): FieldError[] {
  const errors: FieldError[] = [];
  const breaks = (rule: string): number => errors.push(invalidValue(path, value, `${path} in body should be ${rule}`));
  const { minimum = -Infinity, maximum = Infinity, multipleOf } = schema;
  if (schema.exclusiveMinimum === true && value <= minimum) breaks(`greater than ${minimum}`);
  else if (value < minimum) breaks(`greater than or equal to ${minimum}`);
  if (schema.exclusiveMaximum === true && value >= maximum) breaks(`less than ${maximum}`);
  else if (value > maximum) breaks(`less than or equal to ${maximum}`);
  return [...errors, ...multipleErrors(multipleOf, value, path)];
}

function multipleErrors(multipleOf: number | undefined, value: number, path: string): FieldError[] {
  if (multipleOf === undefined || value % multipleOf === 0) return [];
  return [invalidValue(path, value, `${path} in body should be a multiple of ${multipleOf}`)];
}

function listErrors(schema: Schema, value: Json[], { path, old }: Place): FieldError[] {
  const errors: FieldError[] = [];
  const { minItems, maxItems } = schema;
  if (minItems !== undefined && value.length < minItems) {
    errors.push(invalidValue(path, value.length, `${path} in body should have at least ${minItems} items`));
  }
  if (maxItems !== undefined && value.length > maxItems) errors.push(tooMany(path, value.length, maxItems));
  const before = (item: Json): Json | undefined => (Array.isArray(old) ? sameItem(schema, item, old) : undefined);
  const inner = value.flatMap((item, index) => {
    return validateAt({ schema: schema.items, value: item, old: before(item), path: `${path}[${index}]` });
  });
  return [...errors, ...inner];
}

/** Only the items of a list with keys can be told apart across an update. */
function sameItem(schema: Schema, item: Json, old: Json[]): Json | undefined {
  const keys = schema["x-kubernetes-list-type"] === "map" ? (schema["x-kubernetes-list-map-keys"] ?? []) : [];
  if (keys.length === 0 || !isJsonObject(item)) return undefined;
  return old.find((other) => isJsonObject(other) && keys.every((key) => equalJson(other[key], item[key])));
}

function objectErrors(schema: Schema, value: JsonObject, { path, old }: Place): FieldError[] {
  const fields = Object.keys(value).filter((field) => value[field] !== undefined);
  const errors = countErrors(schema, fields.length, path);
  const at = (field: string): string => (path === "" ? field : `${path}.${field}`);
  for (const field of fields) {
    const before = isJsonObject(old) ? old[field] : undefined;
    errors.push(
      ...validateAt({ schema: fieldSchema(schema, field), value: value[field] ?? null, old: before, path: at(field) }),
    );
  }
  for (const field of schema.required ?? []) if (!fields.includes(field)) errors.push(required(at(field)));
  return errors;
}

function countErrors(
  { minProperties = 0, maxProperties = Infinity }: Schema,
  count: number,
  path: string,
): FieldError[] {
  if (count > maxProperties) return [tooMany(path, count, maxProperties)];
  if (count >= minProperties) return [];
  return [invalidValue(path, count, `${path} in body should have at least ${minProperties} properties`)];
}

function combinationErrors(schema: Schema, value: Json, path: string): FieldError[] {
  const fits = (part: Schema): boolean => validateAt({ schema: part, value, old: undefined, path }).length === 0;
  const refuse = (rule: string): FieldError =>
    invalidValue(path, isJsonObject(value) || Array.isArray(value) ? "" : value, `${path} in body ${rule}`);
  const errors = (schema.allOf ?? []).flatMap((part) => validateAt({ schema: part, value, old: undefined, path }));
  if (schema.anyOf !== undefined && !schema.anyOf.some(fits))
    errors.push(refuse("must validate at least one schema (anyOf)"));
  if (schema.oneOf !== undefined && schema.oneOf.filter(fits).length !== 1) {
    errors.push(refuse("must validate one and only one schema (oneOf)"));
  }
  if (schema.not !== undefined && fits(schema.not)) errors.push(refuse("must not validate the schema (not)"));
  return errors;
}
