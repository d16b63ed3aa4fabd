import type { ApiObject, JsonObject } from "./json.ts";
import type { Page } from "./list.ts";

/** How answers are written: whole objects, or only their metadata when the client asks for that. */
export interface Representation {
  readonly object: (object: ApiObject) => JsonObject;
  readonly page: (page: Page) => string;
}

const metadataOnly = "meta.k8s.io/v1";
const written = new WeakMap<object, string>();

/** Reads the Accept header. Tables are not made: kubectl then prints names and ages. */
export function representationFor(accept: string): Representation {
  const partial = /as=PartialObjectMetadata(List)?/u.test(accept);
  if (!partial) return { object: (object) => object, page: writeWholePage };
  const object = ({ metadata }: ApiObject): JsonObject => ({
    kind: "PartialObjectMetadata",
    apiVersion: metadataOnly,
    metadata,
  });
  return {
    object,
    page: ({ items, metadata }) =>
      JSON.stringify({
        kind: "PartialObjectMetadataList",
        apiVersion: metadataOnly,
        metadata: { ...metadata, continue: metadata["continue"] || undefined },
        items: items.map(object),
      }),
  };
}

/** Objects do not change, so each is turned to text once. Items of built-in lists do not repeat their kind. */
function writeWholePage({ items, metadata, kind, apiVersion, custom }: Page): string {
  const texts = items.map((item) => {
    const text =
      written.get(item) ?? JSON.stringify(custom ? item : { ...item, kind: undefined, apiVersion: undefined });
    written.set(item, text);
    return text;
  });
  return `{"kind":${JSON.stringify(kind)},"apiVersion":${JSON.stringify(apiVersion)},"metadata":${JSON.stringify(metadata)},"items":[${texts.join(",")}]}`;
}
