import type { KubeObject } from "./object.ts";

/** Which objects of a kind. */
export interface Selection {
  /** Absent or "" means all namespaces. */
  readonly namespace?: string;
  readonly labelSelector?: string;
  readonly fieldSelector?: string;
}

export interface ListQuery extends Selection {
  readonly limit?: number;
  readonly continue?: string;
  readonly resourceVersion?: string;
}

export interface ListPage<T> {
  readonly items: readonly T[];
  readonly resourceVersion: string;
  readonly continue?: string;
  readonly remaining?: number;
  /** Size of the answer, by which a reader of many pages may choose the next limit. */
  readonly sizeBytes: number;
}

export interface WatchQuery extends Selection {
  readonly resourceVersion: string;
  readonly timeoutSeconds: number;
  /** Has everything sent that is there, and then a bookmark that says so. Needs the match, and no version means the latest. */
  readonly sendInitialEvents?: true;
  readonly resourceVersionMatch?: "NotOlderThan";
  /** Called for every chunk that arrives: the sign that the connection lives. */
  readonly onBytes?: () => void;
}

export interface ReplaceOptions {
  readonly subresource?: "status";
}

interface PatchTarget {
  readonly subresource?: "status";
}

/** Every patch says what it is; a server-side apply also says whose it is. */
export type Patch =
  | (PatchTarget & { readonly type: "merge"; readonly body: object })
  | (PatchTarget & { readonly type: "json"; readonly body: readonly object[] })
  | (PatchTarget & {
      readonly type: "apply";
      readonly body: object;
      readonly fieldManager?: string;
      readonly force?: boolean;
    });

export interface DeleteOptions {
  readonly uid?: string;
  readonly resourceVersion?: string;
  readonly propagationPolicy?: "Background" | "Foreground" | "Orphan";
}

/** An object with finalizers or a grace period outlives its deletion for a while. */
export type DeleteResult =
  { readonly kind: "gone"; readonly uid?: string } | { readonly kind: "terminating"; readonly object: KubeObject };
