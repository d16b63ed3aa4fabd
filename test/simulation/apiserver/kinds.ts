import type { ResourceName } from "./api-error.ts";
import { wholeObjectSchema, type Schema } from "./schema.ts";

/** One version in which a kind is served. */
export interface KindVersion {
  readonly name: string;
  readonly served: boolean;
  readonly storage: boolean;
  readonly statusSubresource: boolean;
  /** With the metadata of every object filled in. */
  readonly schema: Schema;
}

/** How names of a kind are judged. */
export type NameRule = "subdomain" | "label" | "crd";

/** A kind that the server knows. */
export interface Kind extends ResourceName {
  readonly singular: string;
  readonly listKind: string;
  readonly shortNames: readonly string[];
  readonly categories: readonly string[];
  readonly namespaced: boolean;
  readonly custom: boolean;
  readonly versions: readonly KindVersion[];
  /** Objects of kinds with the same storage are the same objects (events are served by two groups). */
  readonly storage: string;
  readonly nameRule: NameRule;
  readonly hasGeneration: boolean;
  /** PUT of an absent object creates it. */
  readonly createOnUpdate: boolean;
  /** PUT without a resourceVersion overwrites. */
  readonly unconditionalUpdate: boolean;
  /** DELETE answers with the object instead of a Status. */
  readonly returnsDeleted: boolean;
}

/** The apiVersion of a kind in one version. */
export function apiVersionOf(kind: Kind, version: string): string {
  return kind.group === "" ? version : `${kind.group}/${version}`;
}

/** The version in which objects of the kind are kept. */
export function storageVersionOf(kind: Kind): KindVersion {
  const version = kind.versions.find(({ storage }) => storage) ?? kind.versions[0];
  if (version === undefined) throw new Error(`${kind.kind} has no versions`);
  return version;
}

/** The kinds served at any time, in the order they became known. */
export class KindRegistry {
  readonly #kinds = new Map<string, Kind>();

  add(kind: Kind): void {
    this.#kinds.set(`${kind.group}/${kind.plural}`, kind);
  }

  remove(group: string, plural: string): void {
    this.#kinds.delete(`${group}/${plural}`);
  }

  find(group: string, plural: string): Kind | undefined {
    return this.#kinds.get(`${group}/${plural}`);
  }

  byKind(apiVersion: string, kind: string): Kind | undefined {
    const group = apiVersion.includes("/") ? (apiVersion.split("/")[0] ?? "") : "";
    return this.all().find((candidate) => candidate.group === group && candidate.kind === kind);
  }

  all(): Kind[] {
    return [...this.#kinds.values()];
  }
}

/** What a built-in kind says about itself; the rest follows. */
export interface BuiltInKind {
  readonly group?: string;
  readonly kind: string;
  readonly plural: string;
  readonly shortNames?: readonly string[];
  readonly namespaced?: boolean;
  readonly status?: boolean;
  readonly schema: Schema;
  readonly storage?: string;
  readonly nameRule?: NameRule;
  readonly hasGeneration?: boolean;
  readonly createOnUpdate?: boolean;
  readonly unconditionalUpdate?: boolean;
  readonly returnsDeleted?: boolean;
}

/** Fills in what most built-in kinds have in common. */
export function builtIn(from: BuiltInKind): Kind {
  const { status = false, schema, group = "", ...rest } = from;
  return {
    group,
    singular: from.kind.toLowerCase(),
    listKind: `${from.kind}List`,
    shortNames: [],
    categories: [],
    namespaced: true,
    custom: false,
    storage: `${group}/${from.plural}`,
    nameRule: "subdomain",
    hasGeneration: false,
    createOnUpdate: false,
    unconditionalUpdate: true,
    returnsDeleted: false,
    ...rest,
    versions: [
      { name: "v1", served: true, storage: true, statusSubresource: status, schema: wholeObjectSchema(schema) },
    ],
  };
}
