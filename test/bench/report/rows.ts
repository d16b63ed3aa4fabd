import type { CostFigure, CostFigures } from "../parts/cost.ts";
import type { BurstFigure } from "../parts/burst.ts";
import type { LatencyFigure } from "../parts/latency.ts";
import type { HistoryFigure, ScaleFigures } from "../parts/scale.ts";
import type { ThroughputFigure } from "../parts/throughput.ts";
import type { Results } from "../results.ts";
import type { Spread } from "../statistics.ts";
import { bounded, compared, told, type Row } from "./row.ts";

export interface Section {
  readonly title: string;
  readonly rows: readonly Row[];
}

/** Everything that was measured, held against the goals. */
export function sectionsOf({ throughput, latency, cost, burst, scale }: Results): readonly Section[] {
  return [
    ...(throughput ? [{ title: "Throughput, beside the limit", rows: throughput.flatMap(throughputRows) }] : []),
    ...(latency ? [{ title: "Latency, beside the bare round trip", rows: latency.flatMap(latencyRows) }] : []),
    ...(cost ? [{ title: "Cost of the operator", rows: costRows(cost) }] : []),
    ...(burst ? [{ title: "Bursts", rows: burst.flatMap(burstRows) }] : []),
    ...(scale ? [{ title: "Scale", rows: scaleRows(scale) }] : []),
  ];
}

function throughputRows({ applications, inFlight, perSecond, limitPerSecond, ratio, rounds }: ThroughputFigure): Row[] {
  const name = applications === 1 ? "1 Application" : `${String(applications)} Applications`;
  const row = compared(
    `${name}, ${String(inFlight)} builds under way`,
    { measured: perSecond, beside: limitPerSecond, unit: "builds/s" },
    { atLeast: throughputRatioMin },
  );
  // The median of the rounds' ratios: what disturbs one round disturbs both of its figures.
  const paired = { ...row, ratio: ratio.toFixed(2), holds: ratio >= throughputRatioMin };
  const cpu = rounds.map(({ operatorCpuMsPerBuild }) => operatorCpuMsPerBuild).toSorted((a, b) => a - b);
  return [paired, told(`${name}: CPU of the operator a build`, cpu[Math.floor(cpu.length / 2)] ?? 0, "ms")];
}

const throughputRatioMin = 0.6;
const p50RatioMax = 2;
const p99RatioMax = 4;

function latencyRows({ perSecond, created, promoted, told: heard, bare }: LatencyFigure): Row[] {
  const rate = `at ${String(perSecond)} builds/s`;
  const both = (what: string, spread: Spread, goals: boolean): Row[] => [
    compared(
      `${what} ${rate}, p50`,
      { measured: spread.p50Ms, beside: bare.p50Ms, unit: "ms" },
      goals ? { atMost: p50RatioMax } : undefined,
    ),
    compared(
      `${what} ${rate}, p99`,
      { measured: spread.p99Ms, beside: bare.p99Ms, unit: "ms" },
      goals ? { atMost: p99RatioMax } : undefined,
    ),
  ];
  return [
    ...both("build ended → Snapshot created", created, true),
    ...both("last test ended → promoted", promoted, true),
    ...both("last test ended → released, and told on the Snapshot", heard, false),
  ];
}

const writesMax = { happy: 14, race: 39, burst: 300 } as const;
const burstOfBudget = 20;

function costRows({ happy, race, burst, idle }: CostFigures): Row[] {
  const each = ({ what, builds, reads, etcdBytes, cpuMs, events }: CostFigure): Row[] => [
    bounded(`${what}: reads`, reads, { atMost: 0, unit: "" }),
    told(`${what}: Kubernetes Events a build`, events / builds, ""),
    told(`${what}: written to etcd a build`, etcdBytes / builds / 1024, "KiB"),
    told(`${what}: CPU a build`, cpuMs / builds, "ms"),
  ];
  const burstWrites =
    burst.builds === burstOfBudget
      ? bounded(`${burst.what}: writes in all`, burst.writes, { atMost: writesMax.burst, unit: "" })
      : told(`${burst.what}: writes in all`, burst.writes, "");
  return [
    bounded(`${happy.what}: writes a build`, happy.writes / happy.builds, { atMost: writesMax.happy, unit: "" }),
    ...each(happy),
    bounded(`${race.what}: writes a pair`, (race.writes / race.builds) * 2, { atMost: writesMax.race, unit: "" }),
    ...each(race),
    burstWrites,
    ...each(burst),
    bounded("idle: writes", idle.writes, { atMost: 0, unit: "" }),
    bounded("idle: reads", idle.reads, { atMost: 0, unit: "" }),
    told("idle: CPU a second", idle.cpuMsPerSecond, "ms"),
  ];
}

const burstExtraMax = 3;

function burstRows({ builds, snapshots, composites, testRuns, promotedAfterMs, quietAfterMs }: BurstFigure): Row[] {
  const name = `${String(builds)} builds at once`;
  return [
    bounded(`${name}: Snapshots tested`, snapshots, { atMost: builds + burstExtraMax, unit: "" }),
    told(`${name}: of them composites`, composites, ""),
    told(`${name}: test runs`, testRuns, ""),
    told(`${name}: all promoted after`, promotedAfterMs / 1000, "s"),
    told(`${name}: quiet after`, quietAfterMs / 1000, "s"),
  ];
}

const residentMaxMB = 400;
const snapshotMaxBytes = 2048;
const delayMaxMs = 50;
const historyRatioMax = 1.2;

function scaleRows(scale: ScaleFigures): Row[] {
  const { few, many, applications, components } = scale;
  const all = `${number(applications)} Applications, ${number(components)} Components, ${number(many.snapshots)} Snapshots, ${number(many.pipelineRuns)} PipelineRuns`;
  return [
    told(`${all}: start to ready`, many.readyAfterMs / 1000, "s"),
    bounded("resident memory when ready", many.residentBytes / 1e6, { atMost: residentMaxMB, unit: "MB" }),
    told("reachable heap when ready", many.heapBytes / 1e6, "MB"),
    bounded("heap for each old Snapshot", scale.bytesPerSnapshot, { atMost: snapshotMaxBytes, unit: "bytes" }),
    told("heap for each old PipelineRun", scale.bytesPerPipelineRun, "bytes"),
    bounded("event-loop delay during the start, p99", many.starting.p99Ms, { atMost: delayMaxMs, unit: "ms" }),
    ...(many.working
      ? [bounded("event-loop delay while builds come in, p99", many.working.p99Ms, { atMost: delayMaxMs, unit: "ms" })]
      : []),
    ...growthRows(few, many),
  ];
}

/** Each as a multiple of the bare round trip beside it: what slows down everything is not the history's fault. */
function growthRows(few: HistoryFigure, many: HistoryFigure): Row[] {
  if (few.latency === undefined || many.latency === undefined) return [];
  const histories = `${number(many.snapshots)} old Snapshots beside ${number(few.snapshots)}`;
  const [before, after] = [few.latency, many.latency];
  const timesBare = (latency: typeof before, pick: (latency: typeof before) => Spread): number =>
    pick(latency).p50Ms / latency.bare.p50Ms;
  const row = (what: string, pick: (latency: typeof before) => Spread): Row =>
    compared(
      `${what}, p50: ${histories}`,
      { measured: timesBare(after, pick), beside: timesBare(before, pick), unit: "× bare" },
      { atMost: historyRatioMax },
    );
  const alone = { measured: after.bare.p50Ms, beside: before.bare.p50Ms, unit: "ms" };
  return [
    row("build ended → Snapshot created", ({ created }) => created),
    row("last test ended → promoted", ({ promoted }) => promoted),
    compared(`the bare round trip itself, p50: ${histories}`, alone),
  ];
}

function number(value: number): string {
  return value.toLocaleString("en-US");
}
