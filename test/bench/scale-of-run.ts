/** How much is measured: the same questions, at full length or as short as it can be. */
export interface ScaleOfRun {
  readonly componentsEach: number;
  readonly throughputApplications: readonly number[];
  readonly rounds: number;
  readonly warmUpMs: number;
  readonly measuredMs: number;
  /** Arrivals per second, and for how many builds. */
  readonly arrivals: readonly { readonly perSecond: number; readonly count: number }[];
  readonly costBuilds: number;
  readonly costRaces: number;
  readonly costBurst: number;
  readonly idleMs: number;
  readonly bursts: readonly number[];
  readonly history: {
    readonly applications: number;
    readonly snapshotsFew: number;
    readonly snapshots: number;
    readonly pipelineRuns: number;
    readonly builds: number;
  };
}

/** What `make bench` measures. */
export const fullRun: ScaleOfRun = {
  componentsEach: 10,
  throughputApplications: [1, 10, 100],
  rounds: 3,
  warmUpMs: 2_000,
  measuredMs: 5_000,
  arrivals: [
    { perSecond: 5, count: 150 },
    { perSecond: 10, count: 200 },
    { perSecond: 20, count: 400 },
  ],
  costBuilds: 20,
  costRaces: 10,
  costBurst: 20,
  idleMs: 15_000,
  bursts: [2, 5, 20, 50, 100],
  history: { applications: 1_000, snapshotsFew: 100, snapshots: 100_000, pipelineRuns: 100_000, builds: 40 },
};

/** What `--quick` measures. */
export const quickRun: ScaleOfRun = {
  componentsEach: 10,
  throughputApplications: [1, 10],
  rounds: 1,
  warmUpMs: 500,
  measuredMs: 1_500,
  arrivals: [{ perSecond: 5, count: 15 }],
  costBuilds: 3,
  costRaces: 1,
  costBurst: 5,
  idleMs: 2_000,
  bursts: [2, 5],
  history: { applications: 20, snapshotsFew: 20, snapshots: 1_000, pipelineRuns: 1_000, builds: 5 },
};
