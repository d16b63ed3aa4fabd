import { countCallsFrom } from "../audit-log.ts";
import { build, inTurns, madeBy } from "../builds.ts";
import { runClosedLoop, type LoopOptions, type Meters } from "../closed-loop.ts";
import type { Context } from "../context.ts";
import { watchLedgers, type Ledgers } from "../ledgers.ts";
import type { Operator } from "../operator.ts";
import { untilQuiet } from "../quiet.ts";
import { serverCpuMs } from "../server-metrics.ts";
import { median } from "../statistics.ts";
import { completeTests } from "../tekton.ts";

/** One number of Applications, measured several times by turns with the limit. */
export interface ThroughputFigure {
  readonly applications: number;
  readonly inFlight: number;
  readonly rounds: readonly Round[];
  /** Medians of the rounds. */
  readonly perSecond: number;
  readonly limitPerSecond: number;
  readonly ratio: number;
}

interface WithOperator {
  readonly perSecond: number;
  readonly operatorCpuMsPerBuild: number;
  readonly serverCpuMsPerBuild: number;
  readonly writesPerBuild: number;
  readonly readsPerBuild: number;
}

interface Limit {
  readonly limitPerSecond: number;
  readonly limitServerCpuMsPerBuild: number;
}

type Round = WithOperator & Limit;

/** As many as keep API server and operator busy; more only wait longer. */
const inFlightMax = 16;

/** Builds per second, for each number of Applications, by turns with the limit. */
export async function measureThroughput(context: Context): Promise<readonly ThroughputFigure[]> {
  const counts = context.scaleOfRun.throughputApplications;
  const rounds = counts.map((): Round[] => []);
  const ledgers = await watchLedgers(context.stage.client);
  try {
    for (let round = 1; round <= context.scaleOfRun.rounds; round += 1) {
      const operator = await context.startOperator();
      const measured: WithOperator[] = [];
      for (const count of counts) measured.push(await withOperator(context, { count, operator, ledgers }));
      await operator.stop();
      for (const [index, run] of measured.entries()) {
        const count = counts[index] ?? 0;
        const limit = await bare(context, count);
        rounds[index]?.push({ ...run, ...limit });
        context.say(
          `round ${String(round)}, Applications: ${String(count)}: ${run.perSecond.toFixed(1)} builds/s of ${limit.limitPerSecond.toFixed(1)}`,
        );
      }
    }
  } finally {
    await ledgers.stop();
  }
  return counts.map((count, index) => figureOf(context, count, rounds[index] ?? []));
}

function figureOf(context: Context, applications: number, rounds: readonly Round[]): ThroughputFigure {
  return {
    applications,
    inFlight: inFlightFor(context, applications),
    rounds,
    perSecond: median(rounds.map(({ perSecond }) => perSecond)),
    limitPerSecond: median(rounds.map(({ limitPerSecond }) => limitPerSecond)),
    ratio: median(rounds.map(({ perSecond, limitPerSecond }) => perSecond / limitPerSecond)),
  };
}

/** A build has ended when its image is promoted; its Component is then free for the next one. */
async function withOperator(
  context: Context,
  { count, operator, ledgers }: { readonly count: number; readonly operator: Operator; readonly ledgers: Ledgers },
): Promise<WithOperator> {
  const { stage, observer } = context;
  const free = [...inTurns(context.applications.slice(0, count))];
  const stopTests = completeTests(stage.client);
  const calls = await countCallsFrom(stage.auditLog);
  let built = 0;
  const meters = { operator: () => operator.cpuMs(), server: () => serverCpuMs(observer) };
  const {
    perSecond,
    count: ended,
    spent,
  } = await runClosedLoop(loopOptions(context, count, meters), async () => {
    const next = free.shift();
    if (next === undefined) throw new Error("More builds are under way than there are Components.");
    await ledgers.promoted(madeBy(await build(stage.client, next.namespace, next.component)));
    free.push(next);
    built += 1;
  });
  await untilQuiet(operator);
  await stopTests();
  const { writes, reads } = await calls();
  return {
    perSecond,
    operatorCpuMsPerBuild: (spent["operator"] ?? 0) / ended,
    serverCpuMsPerBuild: (spent["server"] ?? 0) / ended,
    writesPerBuild: writes / built,
    readsPerBuild: reads / built,
  };
}

async function bare(context: Context, count: number): Promise<Limit> {
  const meters = { server: () => serverCpuMs(context.observer) };
  const run = await context.bareLoop.run(count, loopOptions(context, count, meters));
  return { limitPerSecond: run.perSecond, limitServerCpuMsPerBuild: (run.spent["server"] ?? 0) / run.count };
}

function loopOptions(context: Context, count: number, meters: Meters): LoopOptions {
  const { warmUpMs, measuredMs } = context.scaleOfRun;
  return { inFlight: inFlightFor(context, count), warmUpMs, measuredMs, meters };
}

/** Of one Component only one build is under way at a time: a newer one would take the place of the older. */
function inFlightFor({ scaleOfRun }: Context, applications: number): number {
  return Math.min(inFlightMax, applications * scaleOfRun.componentsEach);
}
