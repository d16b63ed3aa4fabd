/** What a loop did in the time that was measured. */
export interface Throughput {
  readonly perSecond: number;
  readonly count: number;
  /** By how much each meter went up. */
  readonly spent: Readonly<Record<string, number>>;
}

export type Meters = Readonly<Record<string, () => Promise<number>>>;

/** How a loop runs. */
export interface LoopOptions {
  /** How many pieces of work are under way at any time. */
  readonly inFlight: number;
  readonly warmUpMs: number;
  /** Longer if fewer have ended by then than are under way. */
  readonly measuredMs: number;
  /** Read when the measured time begins and when it ends. */
  readonly meters?: Meters;
}

/** Keeps so many pieces of work under way, begins the next as soon as one has ended, and counts those that end within the
 * measured time. Resolves when all that was begun has ended. */
export async function runClosedLoop(options: LoopOptions, work: () => Promise<void>): Promise<Throughput> {
  const { inFlight, warmUpMs, measuredMs, meters = {} } = options;
  let [ended, over] = [0, false];
  const workOn = async (): Promise<void> => {
    while (!over) {
      await work();
      ended += 1;
    }
  };
  const working = Promise.all(Array.from({ length: inFlight }, workOn));
  const pass = (ms: number): Promise<unknown> =>
    Promise.race([new Promise<void>((resolve) => setTimeout(resolve, ms)), working]);
  try {
    await pass(warmUpMs);
    const before = await readMeters(meters);
    const [beganAt, endedBefore] = [performance.now(), ended];
    await pass(measuredMs);
    // On a busy machine that may be too short for anything to have ended.
    while (ended - endedBefore < inFlight) await pass(measuredMs);
    const [seconds, count] = [(performance.now() - beganAt) / 1000, ended - endedBefore];
    const after = await readMeters(meters);
    const spent = Object.fromEntries([...after].map(([name, value]) => [name, value - (before.get(name) ?? 0)]));
    return { perSecond: count / seconds, count, spent };
  } finally {
    over = true;
    await working;
  }
}

async function readMeters(meters: Meters): Promise<ReadonlyMap<string, number>> {
  return new Map(await Promise.all(Object.entries(meters).map(async ([name, read]) => [name, await read()] as const)));
}
