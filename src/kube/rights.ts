import type { Resource } from "./object.ts";

export type Verb = "get" | "list" | "watch" | "create" | "update" | "patch" | "delete" | "bind";

/** What a part of the operator needs the API server to allow it: verbs on one kind, or on one subresource of it. */
export interface Right {
  readonly group: string;
  /** As RBAC names it: "snapshots", "snapshots/status". */
  readonly resource: string;
  readonly verbs: readonly Verb[];
  /** Only objects of these names; absent means any. RBAC can tell names for get, update, patch, delete and bind only. */
  readonly names?: readonly string[];
}

type Kind = Pick<Resource, "group" | "plural">;

/** A right on objects of a kind. */
export function may(verbs: readonly Verb[], { group, plural }: Kind, names?: readonly string[]): Right {
  return { group, resource: plural, verbs, ...(names === undefined ? {} : { names }) };
}

/** A right on a subresource of a kind, such as "status". */
export function mayOn(subresource: string, verbs: readonly Verb[], { group, plural }: Kind): Right {
  return { group, resource: `${plural}/${subresource}`, verbs };
}
