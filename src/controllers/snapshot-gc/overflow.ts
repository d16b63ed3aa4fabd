import type { SnapshotRecord } from "../../cache/snapshot.ts";
import type { Caches } from "../../cache/caches.ts";
import type { Budgets } from "../../domain/plan-collection.ts";
import type { Source } from "../../runtime/controller.ts";

/** How many Snapshots of a class a namespace has that nothing is left to do for, and how many there must be to look again. */
interface Count {
  settled: number;
  wakeAt: number;
}

/** Where most of the history has to be kept, a look must not follow each new Snapshot: so much, as a part of what is there,
 * has to be new. */
const growth = 0.05;

/** Wakes the collector of a namespace whose history outgrows its budget. It counts, and never looks through what is there, so
 * that a new Snapshot costs the same however long the history is. Each resync looks at every namespace over its budget. */
export function overflowSource(snapshots: Pick<Caches["snapshots"], "all" | "subscribe">, budgets: Budgets): Source {
  return {
    start: (enqueue) => {
      const counts = new Map<string, Count>();
      const countOf = (record: SnapshotRecord): Count => {
        const { isPullRequest } = record.retention;
        const id = `${record.key.namespace}/${isPullRequest ? "pull-requests" : "others"}`;
        const known = counts.get(id) ?? { settled: 0, wakeAt: next(0, budgetOf(record, budgets)) };
        counts.set(id, known);
        return known;
      };
      const wake = (record: SnapshotRecord, priority: "low" | "normal"): void =>
        enqueue({ namespace: record.key.namespace, name: "" }, priority);
      const leave = (record: SnapshotRecord): void => {
        const count = countOf(record);
        count.settled -= 1;
        count.wakeAt = Math.min(count.wakeAt, next(count.settled, budgetOf(record, budgets)));
      };
      const enter = (record: SnapshotRecord, priority: "low" | "normal"): void => {
        const count = countOf(record);
        count.settled += 1;
        if (count.settled < count.wakeAt) return;
        count.wakeAt = next(count.settled, budgetOf(record, budgets));
        wake(record, priority);
      };
      for (const record of snapshots.all()) if (isSettled(record)) enter(record, "low");
      return snapshots.subscribe(({ before, after, initial }) => {
        if (before !== undefined && isSettled(before)) leave(before);
        if (after !== undefined && isSettled(after)) enter(after, initial ? "low" : "normal");
      });
    },
  };
}

/** Nothing is left to do for it, and it is not going already. */
export function isSettled({ open, concluded, deleting }: SnapshotRecord): boolean {
  return open === undefined && concluded && !deleting;
}

function budgetOf({ retention }: SnapshotRecord, budgets: Budgets): number {
  return retention.isPullRequest ? budgets.pullRequests : budgets.others;
}

function next(settled: number, budget: number): number {
  return Math.max(budget, settled) + Math.max(1, Math.floor(Math.max(budget, settled) * growth));
}
