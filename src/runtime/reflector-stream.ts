import type { Selection } from "../kube/calls.ts";
import type { KubeClient } from "../kube/client.ts";
import type { KubeError } from "../kube/errors.ts";
import type { Resource } from "../kube/object.ts";
import type { Project } from "./cached-client.ts";
import type { Clock, Random } from "./clock.ts";
import type { Logger } from "./logger.ts";
import type { ReflectorMetrics } from "./metrics.ts";
import type { Step } from "./reflector-steps.ts";
import type { CachedObject, Store } from "./store.ts";

export interface ReflectorOptions<T extends CachedObject> {
  /** In logs and metrics. */
  readonly name: string;
  readonly resource: Resource;
  readonly client: Pick<KubeClient, "list" | "watch">;
  readonly store: Store<T>;
  /** Applied to each object as it arrives, so that no whole object is kept. */
  readonly project: Project<T>;
  /** Absent or empty means all. */
  readonly namespaces?: readonly string[];
  readonly labelSelector?: string;
  readonly fieldSelector?: string;
  /** A kind that the server need not know: its absence does not hold up the start. */
  readonly optional?: boolean;
  readonly idleLimitMs?: number;
  readonly pageSize?: number;
  readonly clock: Clock;
  readonly random: Random;
  readonly logger: Logger;
  readonly metrics: ReflectorMetrics;
}

export type ReflectorState =
  | { readonly kind: "starting" }
  | { readonly kind: "watching" }
  | { readonly kind: "notServed" }
  | { readonly kind: "failing"; readonly error: KubeError };

/** One namespace's (or everything's) list and watch: what its loop needs and where it is. */
export interface Stream<T extends CachedObject> {
  readonly options: ReflectorOptions<T>;
  readonly selection: Selection;
  /** The server has answered: the connection lives. */
  readonly touch: () => void;
  /** Reports an object that could not be projected. */
  readonly skipped: (error: unknown, name: string) => void;
  readonly enter: (state: ReflectorState) => void;
  initial: boolean;
  /** Whether the server may still be asked to stream what there is. */
  streamable: boolean;
  /** What comes next. */
  next: Step["kind"];
  /** The version that was reached; undefined before the first list. */
  resourceVersion: string | undefined;
  /** Watches and lists in a row that brought nothing. */
  failures: number;
}
