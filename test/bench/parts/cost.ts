import { setTimeout as sleep } from "node:timers/promises";
import { countCallsFrom, type Calls } from "../audit-log.ts";
import { furnish, scenarioNames, untilScenariosValid, type Furnished } from "../applications.ts";
import { build, inTurns, madeBy } from "../builds.ts";
import type { Context } from "../context.ts";
import { bytesWritten } from "../etcd.ts";
import { watchLedgers, type Ledgers } from "../ledgers.ts";
import { measureWriteSizes, type WriteSizes } from "../limit/write-sizes.ts";
import type { Operator } from "../operator.ts";
import { untilQuiet } from "../quiet.ts";
import { assertSettled } from "../settled.ts";
import { completeTests } from "../tekton.ts";

/** What the operator spent on some builds. */
export interface CostFigure {
  readonly what: string;
  readonly builds: number;
  /** Accepted writes, Events and Leases aside. */
  readonly writes: number;
  readonly refused: number;
  readonly events: number;
  readonly reads: number;
  readonly etcdBytes: number;
  readonly cpuMs: number;
  readonly byKind: Readonly<Record<string, number>>;
}

export interface CostFigures {
  readonly happy: CostFigure;
  readonly race: CostFigure;
  readonly burst: CostFigure;
  readonly idle: {
    readonly seconds: number;
    readonly writes: number;
    readonly reads: number;
    readonly cpuMsPerSecond: number;
  };
}

/** Long enough for builds that arrive together to be tested side by side. */
export const testsTakeMs = 300;

interface Measuring {
  readonly context: Context;
  readonly operator: Operator;
  readonly ledgers: Ledgers;
  readonly sizes: WriteSizes;
}

/** What builds cost, counted at the API server, at etcd, and at the operator's process. */
export async function measureCost(context: Context): Promise<CostFigures> {
  const { stage, scaleOfRun } = context;
  const sizes = await measureWriteSizes(stage, context.bareLoop);
  const [big] = await furnish(stage.client, ["bench-big"], scaleOfRun.costBurst);
  const operator = await context.startOperator();
  const ledgers = await watchLedgers(stage.client);
  const measuring = { context, operator, ledgers, sizes };
  try {
    await untilScenariosValid(stage.client, big === undefined ? [] : [big]);
    await runAll(measuring, 0, [inTurns(context.applications).slice(0, 10)]);
    await untilQuiet(operator);
    const happy = await spend(measuring, {
      what: "one build at a time",
      testsAfterMs: 0,
      groups: inTurns(context.applications)
        .slice(0, scaleOfRun.costBuilds)
        .map((place) => [place]),
    });
    const race = await spend(measuring, {
      what: "two builds at once",
      testsAfterMs: testsTakeMs,
      groups: context.applications.slice(0, scaleOfRun.costRaces).map(pairOf),
    });
    const burst = await spend(measuring, {
      what: `${String(scaleOfRun.costBurst)} builds at once`,
      testsAfterMs: testsTakeMs,
      groups: [inTurns(big === undefined ? [] : [big])],
    });
    for (const { namespace } of [...context.applications, ...(big === undefined ? [] : [big])])
      await assertSettled(stage.client, namespace);
    return { happy, race, burst, idle: await idle(measuring) };
  } finally {
    await ledgers.stop();
    await operator.stop();
  }
}

type Place = ReturnType<typeof inTurns>[number];

function pairOf(application: Furnished): readonly Place[] {
  return inTurns([application]).slice(0, 2);
}

async function spend(
  measuring: Measuring,
  {
    what,
    testsAfterMs,
    groups,
  }: { readonly what: string; readonly testsAfterMs: number; readonly groups: readonly (readonly Place[])[] },
): Promise<CostFigure> {
  const { context, operator, sizes } = measuring;
  const { stage } = context;
  const [calls, cpuBefore, bytesBefore] = [
    await countCallsFrom(stage.auditLog),
    await operator.cpuMs(),
    await bytesWritten(stage.etcdSocket),
  ];
  const runs = await runAll(measuring, testsAfterMs, groups);
  await untilQuiet(operator);
  const [asked, cpuAfter, bytesAfter] = [await calls(), await operator.cpuMs(), await bytesWritten(stage.etcdSocket)];
  const builds = groups.flat().length;
  const ofOthers = builds * sizes.build + (runs / scenarioNames.length) * sizes.tekton;
  const figure = {
    what,
    builds,
    ...asked,
    etcdBytes: bytesAfter - bytesBefore - ofOthers,
    cpuMs: cpuAfter - cpuBefore,
  };
  context.say(`${what}: ${describe(figure)}`);
  return figure;
}

/** Runs the builds of a group at once and the groups one after the other; returns how many tests ran. */
async function runAll(
  { context, ledgers }: Measuring,
  testsAfterMs: number,
  groups: readonly (readonly Place[])[],
): Promise<number> {
  const { client } = context.stage;
  let runs = 0;
  const stopTests = completeTests(client, { afterMs: testsAfterMs, onFinished: () => (runs += 1) });
  for (const group of groups) {
    await Promise.all(
      group.map(async ({ namespace, component }) =>
        ledgers.promoted(madeBy(await build(client, namespace, component))),
      ),
    );
  }
  await stopTests();
  return runs;
}

async function idle({ context, operator }: Measuring): Promise<CostFigures["idle"]> {
  const calls = await countCallsFrom(context.stage.auditLog);
  const [cpuBefore, startedAt] = [await operator.cpuMs(), performance.now()];
  await sleep(context.scaleOfRun.idleMs);
  const [cpuAfter, seconds] = [await operator.cpuMs(), (performance.now() - startedAt) / 1000];
  const { writes, refused, events, reads } = await calls();
  return { seconds, writes: writes + refused + events, reads, cpuMsPerSecond: (cpuAfter - cpuBefore) / seconds };
}

function describe({
  builds,
  writes,
  reads,
  cpuMs,
}: Calls & { readonly builds: number; readonly cpuMs: number }): string {
  const per = (total: number): string => (total / builds).toFixed(1);
  return `${per(writes)} writes, ${per(reads)} reads, ${per(cpuMs)} ms of CPU a build`;
}
