/** A Snapshot that nothing is left to do for, as far as keeping it as history is concerned. */
export interface SettledSnapshot {
  readonly name: string;
  /** It came from a pull request; else from a push, or from a person. */
  readonly isPullRequest: boolean;
  /** Milliseconds since the epoch. */
  readonly createdAt: number;
  /** The Component whose push it was made for. */
  readonly pushOf?: string;
  /** Until when a person wants it kept, in milliseconds since the epoch. */
  readonly keptUntil?: number;
  /** A pull request's that was cancelled or merged: it says less than the others. */
  readonly isOutdated: boolean;
  /** A pull request's that waits for other builds of its group. */
  readonly awaitsGroup: boolean;
  /** A Release names it. */
  readonly isReleased: boolean;
  /** The candidate list names it, or would be made from it if it were lost; or its build has yet to name it. */
  readonly isNeeded: boolean;
}

/** How many Snapshots of one namespace are kept as history. */
export interface Budgets {
  readonly pullRequests: number;
  readonly others: number;
  /** The newest of each Component's pushes are kept in any case. */
  readonly perComponent: number;
}

/** How long a Snapshot is kept for a group that does not come together. */
const groupWaitMs = 24 * 3600 * 1000;

/** Which Snapshots of a namespace go, in the order in which they should (upstream's rules). What must be kept is kept however
 * much it is, and takes the place of what may be: a released Snapshot that of a push. */
export function planCollection(
  snapshots: readonly SettledSnapshot[],
  budgets: Budgets,
  now: number,
): readonly string[] {
  const ordered = snapshots.toSorted(newestFirst);
  const newest = newestOfComponents(ordered, budgets.perComponent);
  const isKept = (snapshot: SettledSnapshot): boolean => newest.has(snapshot.name) || mustStay(snapshot, now);
  const collect = (isOfClass: (snapshot: SettledSnapshot) => boolean, budget: number): readonly string[] => {
    const mine = ordered.filter(isOfClass);
    const [current, outdated] = [mine.filter((each) => !each.isOutdated), mine.filter((each) => each.isOutdated)];
    const left = [...current, ...outdated].filter((each) => !isKept(each));
    const room = Math.max(0, budget - (mine.length - left.length));
    return left
      .slice(room)
      .map(({ name }) => name)
      .reverse();
  };
  const countsAsPullRequest = ({ isPullRequest, isReleased }: SettledSnapshot): boolean => isPullRequest && !isReleased;
  return [
    ...collect(countsAsPullRequest, budgets.pullRequests),
    ...collect((snapshot) => !countsAsPullRequest(snapshot), budgets.others),
  ];
}

function mustStay(snapshot: SettledSnapshot, now: number): boolean {
  const { isReleased, isNeeded, keptUntil, awaitsGroup, createdAt } = snapshot;
  const hopesForGroup = awaitsGroup && now - createdAt < groupWaitMs;
  return isReleased || isNeeded || hopesForGroup || (keptUntil !== undefined && now < keptUntil);
}

function newestOfComponents(newestOnes: readonly SettledSnapshot[], perComponent: number): ReadonlySet<string> {
  const counts = new Map<string, number>();
  const newest = new Set<string>();
  for (const { name, pushOf } of newestOnes) {
    if (pushOf === undefined) continue;
    const count = (counts.get(pushOf) ?? 0) + 1;
    counts.set(pushOf, count);
    if (count <= perComponent) newest.add(name);
  }
  return newest;
}

function newestFirst(a: SettledSnapshot, b: SettledSnapshot): number {
  return b.createdAt - a.createdAt || (a.name < b.name ? 1 : -1);
}
