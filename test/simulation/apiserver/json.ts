/** Anything that JSON can say. */
export type Json = null | boolean | number | string | Json[] | JsonObject;

/** A JSON object; undefined stands for an absent field. */
export interface JsonObject {
  [field: string]: Json | undefined;
}

/** The metadata of a stored object, with the fields that the server itself reads. */
export interface Metadata extends JsonObject {
  name: string;
  namespace?: string;
  generateName?: string;
  uid?: string;
  resourceVersion?: string;
  generation?: number;
  creationTimestamp?: string;
  deletionTimestamp?: string;
  deletionGracePeriodSeconds?: number;
  labels?: Record<string, string>;
  annotations?: Record<string, string>;
  finalizers?: string[];
  ownerReferences?: JsonObject[];
  managedFields?: JsonObject[];
}

/** An object as the server holds it. */
export interface ApiObject extends JsonObject {
  apiVersion: string;
  kind: string;
  metadata: Metadata;
}

/** Whether this is an object rather than a list or a scalar. */
export function isJsonObject(value: Json | undefined): value is JsonObject {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** The value as an object, or an empty one. */
export function objectOf(value: Json | undefined): JsonObject {
  return isJsonObject(value) ? value : {};
}

/** The value as text: a text itself, numbers and booleans as they are written, and nothing for the rest. */
export function textOf(value: Json | undefined): string {
  return typeof value === "string"
    ? value
    : typeof value === "number" || typeof value === "boolean"
      ? String(value)
      : "";
}

/** A copy that shares nothing with the original. */
export function cloneJson<T extends Json>(value: T): T {
  return structuredClone(value);
}

/** Equality of meaning: the order of fields does not matter, absent and undefined are the same. */
export function equalJson(a: Json | undefined, b: Json | undefined): boolean {
  if (a === b) return true;
  if (Array.isArray(a) && Array.isArray(b)) {
    return a.length === b.length && a.every((item, index) => equalJson(item, b[index]));
  }
  if (!isJsonObject(a) || !isJsonObject(b)) return false;
  const fields = new Set([...Object.keys(a), ...Object.keys(b)]);
  return [...fields].every((field) => equalJson(a[field], b[field]));
}

/** Makes the value and all within it immutable, so that a test cannot change the store by accident. */
export function freezeJson<T extends Json>(value: T): T {
  if (typeof value !== "object" || value === null || Object.isFrozen(value)) return value;
  for (const inner of Object.values(value)) if (inner !== undefined) freezeJson(inner);
  return Object.freeze(value);
}
