import type { Budgets } from "../../../src/domain/plan-collection.ts";
import type { FaultRates } from "../apiserver/fault.ts";
import { createChance, type Chance } from "./chance.ts";

/** Something that happens to an operator process. */
export interface Disturbance {
  readonly atMs: number;
  readonly kind: "kill" | "stop" | "partition";
  /** Which of the processes that are there, counted from 0. */
  readonly member: number;
  /** How long a partition lasts. */
  readonly forMs: number;
}

/** How many operators there are and what becomes of them. */
export interface CrewSettings {
  readonly members: number;
  readonly election: boolean;
  readonly disturbances: readonly Disturbance[];
  /** The process that makes this write dies before it learns of it; counted over all operators. */
  readonly killAtWrites: readonly number[];
}

export type FaultLevel = "calm" | "slow" | "moderate" | "heavy";

/** Everything about a run that is not the workload. */
export interface Settings {
  readonly seed: number;
  readonly level: FaultLevel;
  readonly rates: FaultRates;
  readonly crew: CrewSettings;
  /** How long work comes in and things go wrong. */
  readonly busyMs: number;
  readonly concurrency: number;
  readonly compactEveryMs: number;
  readonly breakWatchesEveryMs: number;
  /** How much history is kept; absent: all of it. */
  readonly snapshotBudgets?: Budgets;
}

/** What a seed stands for. */
export function settingsOf(seed: number): Settings {
  const chance = createChance(seed, "settings");
  const level = chance.pick(["calm", "slow", "moderate", "moderate", "heavy"] as const);
  const busyMs = chance.between(60, 180) * 1000;
  const isRough = level === "moderate" || level === "heavy";
  return {
    seed,
    level,
    rates: ratesOf(level, chance),
    busyMs,
    crew: crewOf(chance, busyMs),
    concurrency: chance.pick([1, 2, 8]),
    compactEveryMs: isRough && chance.happens(0.5) ? chance.between(10, 60) * 1000 : 0,
    breakWatchesEveryMs: isRough && chance.happens(0.5) ? chance.between(10, 60) * 1000 : 0,
    ...budgetsOf(createChance(seed, "collection")),
  };
}

/** In a share of the seeds next to no history is kept. */
function budgetsOf(chance: Chance): Pick<Settings, "snapshotBudgets"> {
  if (!chance.happens(0.3)) return {};
  const snapshotBudgets = {
    pullRequests: chance.between(0, 2),
    others: chance.pick([0, 1, 3, 6]),
    perComponent: chance.pick([0, 0, 1, 2]),
  };
  return { snapshotBudgets };
}

function ratesOf(level: FaultLevel, chance: Chance): FaultRates {
  if (level === "calm") return {};
  const latency: FaultRates = {
    latencyMs: [0, chance.pick([20, 200, 2_000])],
    watchDelayMs: [0, chance.pick([10, 500, 5_000, 20_000])],
  };
  if (level === "slow") return latency;
  const most = level === "heavy" ? 0.12 : 0.04;
  const rate = (share: number): number => (chance.happens(0.6) ? chance.random() * most * share : 0);
  return {
    ...(chance.happens(0.7) ? latency : {}),
    conflict: rate(1),
    tooManyRequests: rate(0.5),
    tooManyRequestsWithoutRetryAfter: rate(0.5),
    serverError: rate(1),
    resetBefore: rate(1),
    resetAfter: rate(1),
    hangBefore: rate(0.2),
    hangAfter: rate(0.2),
    truncated: rate(1),
    staleList: rate(1),
    watchReset: rate(4),
    watchExpired: rate(4),
    watchSilent: rate(1.5),
    watchGarbled: rate(2),
    watchFaultAfterMs: [0, 60_000],
  };
}

function crewOf(chance: Chance, busyMs: number): CrewSettings {
  const kind = chance.pick(["steady", "steady", "crashing", "crashing", "elected", "rivals"] as const);
  const members = kind === "elected" || kind === "rivals" ? 2 : 1;
  const count = kind === "steady" ? 0 : chance.between(1, 4);
  const disturbances = Array.from({ length: count }, (): Disturbance => ({
    atMs: chance.between(1_000, busyMs),
    kind: kind === "elected" ? chance.pick(["kill", "stop", "partition"]) : chance.pick(["kill", "kill", "stop"]),
    member: chance.between(0, members - 1),
    forMs: chance.between(5, 30) * 1000,
  }));
  const writes = kind === "crashing" ? chance.between(1, 6) : 0;
  return {
    members,
    election: kind === "elected",
    disturbances,
    killAtWrites: Array.from({ length: writes }, () => chance.between(1, 120)),
  };
}
