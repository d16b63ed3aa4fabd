import { compareBuilds, type BuildOrder } from "./build-order.ts";

/** A pull request's Snapshot, as far as its place among the others of the same pull request and Component matters. */
export interface PullRequestSnapshot {
  readonly name: string;
  readonly order: BuildOrder;
  /** Its author wants it tested whatever comes after it. */
  readonly exempt: boolean;
}

/** The Snapshot of a newer build of the same pull request that makes testing this one pointless; undefined when there is none.
 * Pushes are never superseded so: each may be the one that gets promoted. */
export function supersededBy(
  snapshot: PullRequestSnapshot,
  others: readonly PullRequestSnapshot[],
): PullRequestSnapshot | undefined {
  if (snapshot.exempt) return undefined;
  return others.find(({ name, order }) => name !== snapshot.name && compareBuilds(order, snapshot.order) > 0);
}
