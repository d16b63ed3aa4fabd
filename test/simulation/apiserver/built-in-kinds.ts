import { builtIn, type Kind } from "./kinds.ts";
import type { Schema } from "./schema.ts";

const text: Schema = { type: "string" };
const integer: Schema = { type: "integer" };
const flag: Schema = { type: "boolean" };
const microTime: Schema = { type: "string", format: "micro-time", nullable: true };
const time: Schema = { type: "string", format: "date-time", nullable: true };
const texts: Schema = { type: "object", additionalProperties: text };
const anything: Schema = { type: "object", "x-kubernetes-preserve-unknown-fields": true };
const object = (properties: Record<string, Schema>): Schema => ({ type: "object", properties });
const listOf = (items: Schema): Schema => ({ type: "array", items });
const listBy = (key: string, items: Schema): Schema => ({
  ...listOf(items),
  "x-kubernetes-list-type": "map",
  "x-kubernetes-list-map-keys": [key],
});

const reference = object({
  kind: text,
  namespace: text,
  name: text,
  uid: text,
  apiVersion: text,
  resourceVersion: text,
  fieldPath: text,
});
const atomicReference: Schema = { ...reference, "x-kubernetes-map-type": "atomic" };
const eventSource = object({ component: text, host: text });
const eventSeries = object({ count: integer, lastObservedTime: microTime });

const namespace = object({
  spec: object({ finalizers: listOf(text) }),
  status: object({ phase: text, conditions: listBy("type", anything) }),
});
const configMap = object({ data: texts, binaryData: texts, immutable: flag });
const secret = object({ data: texts, stringData: texts, type: text, immutable: flag });
const serviceAccount = object({
  secrets: listBy("name", reference),
  imagePullSecrets: listOf(object({ name: text })),
  automountServiceAccountToken: flag,
});
const lease = object({
  spec: object({
    holderIdentity: text,
    leaseDurationSeconds: integer,
    acquireTime: microTime,
    renewTime: microTime,
    leaseTransitions: integer,
    strategy: text,
    preferredHolder: text,
  }),
});
const coreEvent = object({
  involvedObject: atomicReference,
  reason: text,
  message: text,
  source: eventSource,
  firstTimestamp: time,
  lastTimestamp: time,
  count: integer,
  type: text,
  eventTime: microTime,
  series: eventSeries,
  action: text,
  related: atomicReference,
  reportingComponent: text,
  reportingInstance: text,
});
const newEvent = object({
  regarding: atomicReference,
  reason: text,
  note: text,
  deprecatedSource: eventSource,
  deprecatedFirstTimestamp: time,
  deprecatedLastTimestamp: time,
  deprecatedCount: integer,
  type: text,
  eventTime: microTime,
  series: eventSeries,
  action: text,
  related: atomicReference,
  reportingController: text,
  reportingInstance: text,
});
const customResourceDefinition = object({ spec: anything, status: anything });

/** The kinds that the server knows without being told. */
export const builtInKinds: readonly Kind[] = [
  builtIn({
    kind: "Namespace",
    plural: "namespaces",
    shortNames: ["ns"],
    namespaced: false,
    status: true,
    schema: namespace,
    nameRule: "label",
    returnsDeleted: true,
  }),
  builtIn({ kind: "ConfigMap", plural: "configmaps", shortNames: ["cm"], schema: configMap }),
  builtIn({ kind: "Secret", plural: "secrets", schema: secret }),
  builtIn({
    kind: "ServiceAccount",
    plural: "serviceaccounts",
    shortNames: ["sa"],
    schema: serviceAccount,
    unconditionalUpdate: false,
    returnsDeleted: true,
  }),
  builtIn({ kind: "Event", plural: "events", shortNames: ["ev"], schema: coreEvent, createOnUpdate: true }),
  builtIn({
    group: "events.k8s.io",
    kind: "Event",
    plural: "events",
    shortNames: ["ev"],
    schema: newEvent,
    storage: "/events",
    createOnUpdate: true,
  }),
  builtIn({
    group: "coordination.k8s.io",
    kind: "Lease",
    plural: "leases",
    schema: lease,
    createOnUpdate: true,
    unconditionalUpdate: false,
  }),
  builtIn({
    group: "apiextensions.k8s.io",
    kind: "CustomResourceDefinition",
    plural: "customresourcedefinitions",
    shortNames: ["crd", "crds"],
    namespaced: false,
    status: true,
    schema: customResourceDefinition,
    nameRule: "crd",
    hasGeneration: true,
    unconditionalUpdate: false,
  }),
];
