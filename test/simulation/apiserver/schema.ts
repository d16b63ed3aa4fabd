import type { Json } from "./json.ts";

/** The part of a CRD's openAPIV3Schema that the simulator honours. CEL rules (x-kubernetes-validations) are not
 * evaluated: an object that only a CEL rule forbids is accepted here and refused by a real server. */
export interface Schema {
  type?: string;
  format?: string;
  properties?: Record<string, Schema>;
  additionalProperties?: boolean | Schema;
  items?: Schema;
  required?: string[];
  enum?: Json[];
  pattern?: string;
  minLength?: number;
  maxLength?: number;
  minItems?: number;
  maxItems?: number;
  uniqueItems?: boolean;
  minProperties?: number;
  maxProperties?: number;
  minimum?: number;
  maximum?: number;
  exclusiveMinimum?: boolean;
  exclusiveMaximum?: boolean;
  multipleOf?: number;
  nullable?: boolean;
  default?: Json;
  allOf?: Schema[];
  anyOf?: Schema[];
  oneOf?: Schema[];
  not?: Schema;
  "x-kubernetes-preserve-unknown-fields"?: boolean;
  "x-kubernetes-int-or-string"?: boolean;
  "x-kubernetes-embedded-resource"?: boolean;
  "x-kubernetes-list-type"?: "atomic" | "set" | "map";
  "x-kubernetes-list-map-keys"?: string[];
  "x-kubernetes-map-type"?: "atomic" | "granular";
}

/** The schema of one field, or undefined where anything goes. */
export function fieldSchema(schema: Schema | undefined, field: string): Schema | undefined {
  const own = schema?.properties?.[field];
  if (own !== undefined) return own;
  const additional = schema?.additionalProperties;
  return typeof additional === "object" ? additional : undefined;
}

/** Whether fields beyond those in the schema are kept. */
export function keepsUnknownFields(schema: Schema): boolean {
  return (
    schema["x-kubernetes-preserve-unknown-fields"] === true ||
    schema.additionalProperties === true ||
    (schema.type === undefined && schema.properties === undefined && schema["x-kubernetes-int-or-string"] !== true)
  );
}

const text: Schema = { type: "string" };
const texts: Schema = { type: "object", additionalProperties: text };

/** The schema of every object's metadata; it decides what is pruned and how server-side apply merges. */
export const metadataSchema: Schema = {
  type: "object",
  properties: {
    name: text,
    generateName: text,
    namespace: text,
    selfLink: text,
    uid: text,
    resourceVersion: text,
    generation: { type: "integer" },
    creationTimestamp: { type: "string", nullable: true },
    deletionTimestamp: { type: "string", nullable: true },
    deletionGracePeriodSeconds: { type: "integer", nullable: true },
    labels: texts,
    annotations: texts,
    finalizers: { type: "array", items: text, "x-kubernetes-list-type": "set" },
    ownerReferences: {
      type: "array",
      "x-kubernetes-list-type": "map",
      "x-kubernetes-list-map-keys": ["uid"],
      items: {
        type: "object",
        "x-kubernetes-map-type": "atomic",
        properties: {
          apiVersion: text,
          kind: text,
          name: text,
          uid: text,
          controller: { type: "boolean" },
          blockOwnerDeletion: { type: "boolean" },
        },
      },
    },
    managedFields: { type: "array", items: { type: "object", "x-kubernetes-preserve-unknown-fields": true } },
  },
};

/** The schema of a whole object: what the kind says, with the metadata that every kind has. */
export function wholeObjectSchema(schema: Schema | undefined): Schema {
  const base: Schema = schema ?? { type: "object", "x-kubernetes-preserve-unknown-fields": true };
  return { ...base, properties: { ...base.properties, apiVersion: text, kind: text, metadata: metadataSchema } };
}
