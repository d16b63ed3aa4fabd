const text = { type: "string" };

const spec = {
  type: "object",
  required: ["size"],
  properties: {
    size: { type: "integer", minimum: 1, maximum: 10 },
    ratio: { type: "number", multipleOf: 0.5 },
    color: { type: "string", enum: ["red", "green"] },
    code: { type: "string", pattern: "^[a-z]+$", minLength: 2 },
    title: { type: "string", maxLength: 5 },
    when: { type: "string", format: "date-time" },
    mode: { type: "string", default: "normal" },
    options: {
      type: "object",
      default: {},
      properties: { deep: { type: "boolean", default: true }, level: { type: "integer" } },
    },
    port: { "x-kubernetes-int-or-string": true },
    free: { type: "object", "x-kubernetes-preserve-unknown-fields": true },
    labels: { type: "object", additionalProperties: text, maxProperties: 2 },
    tags: { type: "array", items: text, maxItems: 2, minItems: 1 },
    members: { type: "array", items: text, "x-kubernetes-list-type": "set" },
    parts: {
      type: "array",
      "x-kubernetes-list-type": "map",
      "x-kubernetes-list-map-keys": ["name"],
      items: { type: "object", required: ["name"], properties: { name: text, count: { type: "integer" } } },
    },
    maybe: { type: "string", nullable: true },
    atomic: { type: "object", "x-kubernetes-map-type": "atomic", properties: { a: text, b: text } },
  },
};

const status = {
  type: "object",
  properties: {
    phase: text,
    observed: { type: "integer" },
    conditions: {
      type: "array",
      "x-kubernetes-list-type": "map",
      "x-kubernetes-list-map-keys": ["type"],
      items: { type: "object", required: ["type"], properties: { type: text, status: text } },
    },
  },
};

const oldSpec = { ...spec, properties: { size: spec.properties.size, color: spec.properties.color } };

const schemaOf = (properties: object): object => ({ openAPIV3Schema: { type: "object", properties } });

/** The custom kinds that the cases use: one with everything, and one cluster-scoped without a status subresource. */
export const definitions: readonly object[] = [
  {
    apiVersion: "apiextensions.k8s.io/v1",
    kind: "CustomResourceDefinition",
    metadata: { name: "widgets.conformance.example.com" },
    spec: {
      group: "conformance.example.com",
      scope: "Namespaced",
      names: { plural: "widgets", singular: "widget", kind: "Widget", listKind: "WidgetList" },
      versions: [
        { name: "v1", served: true, storage: true, subresources: { status: {} }, schema: schemaOf({ spec, status }) },
        {
          name: "v1beta1",
          served: true,
          storage: false,
          subresources: { status: {} },
          schema: schemaOf({ spec: oldSpec, status }),
        },
      ],
    },
  },
  {
    apiVersion: "apiextensions.k8s.io/v1",
    kind: "CustomResourceDefinition",
    metadata: { name: "gadgets.conformance.example.com" },
    spec: {
      group: "conformance.example.com",
      scope: "Cluster",
      names: { plural: "gadgets", singular: "gadget", kind: "Gadget", listKind: "GadgetList" },
      versions: [
        {
          name: "v1",
          served: true,
          storage: true,
          schema: schemaOf({ spec: { type: "object", properties: { n: { type: "integer" } } }, status }),
        },
      ],
    },
  },
];
