import { quote, type FieldError } from "./api-error.ts";
import type { Json } from "./json.ts";

/** A field that must be there. */
export function required(field: string, detail = ""): FieldError {
  return fieldError("FieldValueRequired", field, "Required value", detail);
}

/** A value that breaks a rule. */
export function invalidValue(field: string, value: Json, detail: string): FieldError {
  return fieldError("FieldValueInvalid", field, `Invalid value: ${shown(value)}`, detail);
}

/** A value of another type than the schema says. */
export function typeInvalid(field: string, value: Json, detail: string): FieldError {
  return fieldError("FieldValueTypeInvalid", field, `Invalid value: ${shown(value)}`, detail);
}

/** A value outside of an enumeration. */
export function notSupported(field: string, value: Json, supported: readonly string[]): FieldError {
  const detail = `supported values: ${supported.map(quote).join(", ")}`;
  return fieldError("FieldValueNotSupported", field, `Unsupported value: ${shown(value)}`, detail);
}

/** A text beyond its limit. */
export function tooLong(field: string, bytesMax: number): FieldError {
  return fieldError("FieldValueTooLong", field, "Too long", `may not be more than ${bytesMax} bytes`);
}

/** A list beyond its limit. */
export function tooMany(field: string, actual: number, most: number): FieldError {
  return fieldError(
    "FieldValueTooMany",
    field,
    `Too many: ${actual}`,
    `must have at most ${most} ${most === 1 ? "item" : "items"}`,
  );
}

/** Something that may not be set here and now. */
export function forbiddenField(field: string, detail: string): FieldError {
  return fieldError("FieldValueForbidden", field, "Forbidden", detail);
}

/** A second value where each may come once. */
export function duplicate(field: string, value: Json): FieldError {
  return fieldError("FieldValueDuplicate", field, `Duplicate value: ${shown(value)}`, "");
}

function fieldError(reason: string, field: string, head: string, detail: string): FieldError {
  return { reason, field, body: detail === "" ? head : `${head}: ${detail}` };
}

function shown(value: Json): string {
  return typeof value === "object" ? JSON.stringify(value) : typeof value === "string" ? quote(value) : String(value);
}
