/** Objects that the cases write. */
export const configMap = (name: string, data: unknown = { a: "1" }, metadata: object = {}): object => ({
  apiVersion: "v1",
  kind: "ConfigMap",
  metadata: { name, ...metadata },
  data,
});

/** A widget; its spec needs a size. */
export const widget = (name: string, spec: object = { size: 1 }, metadata: object = {}): object => ({
  apiVersion: "conformance.example.com/v1",
  kind: "Widget",
  metadata: { name, ...metadata },
  spec,
});

/** A gadget. */
export const gadget = (name: string, n: number, more: object = {}): object => ({
  apiVersion: "conformance.example.com/v1",
  kind: "Gadget",
  metadata: { name },
  spec: { n },
  ...more,
});

/** A copy of an object with other metadata. */
export const withMetadata = (object: { metadata: object }, metadata: object): object => ({
  ...object,
  metadata: { ...object.metadata, ...metadata },
});
