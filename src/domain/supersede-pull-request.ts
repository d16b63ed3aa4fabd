import { compareBuilds, type BuildOrder } from "./build-order.ts";

/** A build of a pull request, or the Snapshot of one, as far as its place among the others of its Component matters. */
export interface PlacedBuild {
  readonly name: string;
  readonly order: BuildOrder;
}

/** A pull request's Snapshot. */
export interface PullRequestSnapshot extends PlacedBuild {
  /** Its author wants it tested whatever comes after it. */
  readonly exempt: boolean;
}

/** What has come of the same pull request since: Snapshots, and builds that may still lead to one. */
export interface Arrivals {
  readonly snapshots: readonly PlacedBuild[];
  readonly builds: readonly PlacedBuild[];
}

/** What makes testing a Snapshot pointless. */
export interface Successor {
  readonly kind: "snapshot" | "build";
  readonly name: string;
}

/** The newer build of the same pull request and Component that makes testing this Snapshot pointless; undefined when there is
 * none. Pushes are never superseded so: each may be the one that gets promoted. */
export function supersededBy(snapshot: PullRequestSnapshot, { snapshots, builds }: Arrivals): Successor | undefined {
  if (snapshot.exempt) return undefined;
  const isNewer = ({ name, order }: PlacedBuild): boolean =>
    name !== snapshot.name && compareBuilds(order, snapshot.order) > 0;
  const newer = snapshots.find(isNewer);
  if (newer !== undefined) return { kind: "snapshot", name: newer.name };
  const coming = builds.find(isNewer);
  return coming && { kind: "build", name: coming.name };
}

/** A Snapshot that puts a pull-request group's images together. Its place is that of its newest build, without the numbers
 * that Components give their own builds. */
export interface GroupSnapshot extends PullRequestSnapshot {
  /** The builds whose images it holds: those of them that are still known. */
  readonly members: readonly GroupMember[];
  /** How many builds it was made from. */
  readonly size: number;
}

/** A build whose image a group Snapshot holds, and what has come of its Component in the group. */
export interface GroupMember {
  readonly snapshot: PlacedBuild;
  readonly arrivals: Arrivals;
}

/** The same of a group Snapshot: a newer one of its group, or a newer build of one of its Components. */
export function groupSupersededBy(group: GroupSnapshot, others: readonly GroupSnapshot[]): Successor | undefined {
  if (group.exempt) return undefined;
  const newer = others.find((other) => other.name !== group.name && compareGroups(other, group) > 0);
  if (newer !== undefined) return { kind: "snapshot", name: newer.name };
  for (const { snapshot, arrivals } of group.members) {
    const successor = supersededBy({ ...snapshot, exempt: false }, arrivals);
    if (successor !== undefined) return successor;
  }
  return undefined;
}

/** The one with the newer newest build is newer; of two with the same, the one that holds more builds. */
function compareGroups(a: GroupSnapshot, b: GroupSnapshot): number {
  const order = compareBuilds(a.order, b.order);
  return order === 0 ? a.size - b.size : order;
}
