/** What places a build among the other builds of its Component. Never the order in which builds finish. */
export interface BuildOrder {
  /** The annotation `test.appstudio.openshift.io/build-sequence`, when its author numbers the builds. */
  readonly sequence?: number;
  /** Creation and start of the build PipelineRun, milliseconds since the epoch. */
  readonly createdAt: number;
  readonly startedAt?: number;
  /** Name of the build PipelineRun: decides between two builds of the same second. */
  readonly name: string;
}

/** Negative when `a` is the older build, positive when it is the newer, 0 when both are the same build. */
export function compareBuilds(a: BuildOrder, b: BuildOrder): number {
  if (a.sequence !== undefined && b.sequence !== undefined && a.sequence !== b.sequence) return a.sequence - b.sequence;
  if (a.createdAt !== b.createdAt) return a.createdAt - b.createdAt;
  const started = (a.startedAt ?? a.createdAt) - (b.startedAt ?? b.createdAt);
  if (started !== 0) return started;
  return compareText(a.name, b.name);
}

/** The newest of builds of several Components, which number their builds each for itself; undefined of none. */
export function newestOrder(orders: readonly BuildOrder[]): BuildOrder | undefined {
  const [newest] = orders.map(withoutSequence).sort((a, b) => compareBuilds(b, a));
  return newest;
}

function withoutSequence({ createdAt, startedAt, name }: BuildOrder): BuildOrder {
  return startedAt === undefined ? { createdAt, name } : { createdAt, startedAt, name };
}

/** Byte order, the same on every machine whatever its locale. */
export function compareText(a: string, b: string): number {
  if (a === b) return 0;
  return a < b ? -1 : 1;
}
