import * as z from "zod";
import type { KindDefinition, PrinterColumn } from "./definition.ts";
import { assertStructural, isNode, type SchemaNode } from "./structural.ts";

/** A CustomResourceDefinition, ready to be written as YAML. */
export interface CustomResourceDefinition {
  readonly apiVersion: "apiextensions.k8s.io/v1";
  readonly kind: "CustomResourceDefinition";
  readonly metadata: { readonly name: string };
  readonly spec: SchemaNode;
}

/** All that the API server must know about a kind. Throws where it would refuse the result. */
export function customResourceDefinition(definition: KindDefinition): CustomResourceDefinition {
  const { group, kind, plural, version } = definition.resource;
  const schema = rootSchema(definition);
  const versions = [
    ...(definition.deprecatedVersions ?? []).map((old) => ({
      name: old.name,
      deprecated: true,
      deprecationWarning: old.warning,
    })),
    { name: version },
  ];
  return {
    apiVersion: "apiextensions.k8s.io/v1",
    kind: "CustomResourceDefinition",
    metadata: { name: `${plural}.${group}` },
    spec: {
      group,
      names: {
        kind,
        listKind: `${kind}List`,
        plural,
        singular: kind.toLowerCase(),
        // One that is the singular name anyway would be refused as "already in use", by this very kind.
        shortNames: definition.shortNames.filter((name) => name !== kind.toLowerCase()),
        categories: ["konflux"],
      },
      scope: definition.resource.namespaced ? "Namespaced" : "Cluster",
      conversion: { strategy: "None" },
      versions: versions.map((each) => ({
        ...each,
        served: true,
        storage: each.name === version,
        subresources: { status: {} },
        ...(definition.selectableFields && {
          selectableFields: definition.selectableFields.map((jsonPath) => ({ jsonPath })),
        }),
        additionalPrinterColumns: definition.columns.map(printerColumn),
        schema: { openAPIV3Schema: schema },
      })),
    },
  };
}

function printerColumn({ wide, ...column }: PrinterColumn): SchemaNode {
  return wide ? { ...column, priority: 1 } : column;
}

function rootSchema(definition: KindDefinition): SchemaNode {
  const spec = fieldSchema(definition.spec, "spec");
  return {
    type: "object",
    description: definition.description,
    properties: {
      apiVersion: { type: "string", description: "Version of the API this object is written in." },
      kind: { type: "string", description: `Always ${definition.resource.kind}.` },
      metadata: { type: "object" },
      spec: definition.specPresence === "defaulted" ? { ...spec, default: {} } : spec,
      status: fieldSchema(definition.status, "status"),
    },
    ...(definition.specPresence === "required" && { required: ["spec"] }),
    ...(definition.rules && { "x-kubernetes-validations": definition.rules }),
  };
}

/** Turns a zod schema into a structural one. What is behind `path` only serves the message of an error. */
export function fieldSchema(schema: z.ZodType, path: string): SchemaNode {
  const generated = z.toJSONSchema(schema, { target: "openapi-3.0", io: "input", reused: "inline" });
  const structural = translate(generated);
  assertStructural(structural, path);
  return structural;
}

/** Says in Kubernetes' words what zod says in its own. */
function translate(node: SchemaNode): SchemaNode {
  const { additionalProperties, properties, items, ...rest } = node;
  return {
    ...withoutImpliedBounds(rest),
    ...(isNode(items) && { items: translate(items) }),
    ...translateProperties(properties, additionalProperties),
    ...(acceptsAnything(node) && { "x-kubernetes-preserve-unknown-fields": true }),
  };
}

function translateProperties(properties: unknown, additional: unknown): SchemaNode {
  const named = isNode(properties) ? Object.entries(properties) : [];
  const isLoose = isNode(additional) && Object.keys(additional).length === 0;
  return {
    ...(named.length > 0 && {
      properties: Object.fromEntries(named.map(([name, child]) => [name, isNode(child) ? translate(child) : child])),
    }),
    ...(isLoose && { "x-kubernetes-preserve-unknown-fields": true }),
    ...(additional !== undefined &&
      !isLoose && { additionalProperties: isNode(additional) ? translate(additional) : additional }),
  };
}

/** A schema that says nothing but what it is for. */
function acceptsAnything(node: SchemaNode): boolean {
  return Object.keys(node).every((keyword) => keyword === "description");
}

/** Zod bounds every integer by what JavaScript can count; to the API server that is noise. */
function withoutImpliedBounds({ minimum, maximum, ...rest }: SchemaNode): SchemaNode {
  return {
    ...rest,
    ...(minimum !== undefined && minimum !== Number.MIN_SAFE_INTEGER && { minimum }),
    ...(maximum !== undefined && maximum !== Number.MAX_SAFE_INTEGER && { maximum }),
  };
}
