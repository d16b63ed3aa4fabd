import type { ApiObject } from "./json.ts";
import type { Change } from "./store.ts";

/** One committed write, in the order in which the store saw it. */
export interface CommittedWrite {
  /** Virtual or real time, in milliseconds. */
  readonly at: number;
  readonly revision: number;
  readonly verb: string;
  readonly group: string;
  readonly plural: string;
  readonly namespace: string | undefined;
  readonly name: string;
  readonly subresource: string;
  readonly userAgent: string;
  readonly identity: string;
  /** Undefined for a creation. */
  readonly before: ApiObject | undefined;
  /** Undefined when the object is gone. */
  readonly after: ApiObject | undefined;
}

/** Who makes the write that is being committed. */
export interface Author {
  readonly verb: string;
  readonly subresource: string;
  readonly userAgent: string;
  readonly identity: string;
}

/** Which writes to count; what is left out does not matter. */
export type WriteFilter = Partial<
  Pick<CommittedWrite, "verb" | "group" | "plural" | "namespace" | "name" | "subresource" | "userAgent" | "identity">
>;

/** Everything that was ever written. */
export interface WriteLog {
  readonly writes: readonly CommittedWrite[];
  /** Calls the listener after each write, before anything else happens. What it throws is kept in `failures`: the
   * program under test must not see, and cannot swallow, a broken invariant. */
  readonly onWrite: (listener: (write: CommittedWrite) => void) => () => void;
  readonly failures: readonly unknown[];
  readonly count: (filter: WriteFilter) => number;
}

/** Makes an empty log. */
export function createWriteLog(): WriteLog & { record(change: Change, author: Author, at: number): void } {
  const writes: CommittedWrite[] = [];
  const failures: unknown[] = [];
  const listeners = new Set<(write: CommittedWrite) => void>();
  const record = (change: Change, author: Author, at: number): void => {
    const [group = "", plural = ""] = change.storage.split("/");
    const { namespace, name } = change.object.metadata;
    const after = change.type === "DELETED" ? undefined : change.object;
    const write = {
      at,
      revision: change.revision,
      group,
      plural,
      namespace,
      name,
      before: change.previous,
      after,
      ...author,
    };
    writes.push(write);
    for (const listener of listeners) {
      try {
        listener(write);
      } catch (error) {
        failures.push(error);
      }
    }
  };
  return {
    writes,
    failures,
    record,
    onWrite: (listener) => {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
    count: (filter) =>
      writes.filter((write) =>
        Object.entries(filter).every(([field, value]) => write[field as keyof WriteFilter] === value),
      ).length,
  };
}
