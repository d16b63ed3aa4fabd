import { inTurns } from "../builds.ts";
import type { Context } from "../context.ts";
import { watchLedgers } from "../ledgers.ts";
import { runOpenLoop } from "../open-loop.ts";
import { openProbe, type Probe } from "../probe.ts";
import { untilQuiet } from "../quiet.ts";
import { assertSettled } from "../settled.ts";
import { watchSnapshots } from "../sightings.ts";
import { spread, type Spread } from "../statistics.ts";
import { completeTests } from "../tekton.ts";
import { noteTestEnds, timeBuild, type BuildTimes, type Watchers } from "../timed-builds.ts";

/** One rate of arrival: what the operator took, and what the bare round trip took beside it. */
export interface LatencyFigure {
  readonly perSecond: number;
  readonly created: Spread;
  readonly promoted: Spread;
  readonly told: Spread;
  readonly bare: Spread;
}

/** Samples of the bare round trip, taken while the builds come in. */
const probesPerSecond = 5;

/** How long the operator takes to respond, for builds that come at fixed rates. */
export async function measureLatency(context: Context): Promise<readonly LatencyFigure[]> {
  const { client } = context.stage;
  const operator = await context.startOperator();
  const tests = noteTestEnds();
  const watchers = { ledgers: await watchLedgers(client), snapshots: await watchSnapshots(client), tests };
  const stopTests = completeTests(client, { onFinished: tests.onFinished });
  const probe = await openProbe(context.stage, context.bareLoop.rehearsal);
  try {
    await warmUp(context, watchers);
    const figures: LatencyFigure[] = [];
    for (const arrivals of context.scaleOfRun.arrivals) {
      figures.push(await measureAt(context, arrivals, { watchers, probe }));
      await untilQuiet(operator);
    }
    for (const { namespace } of context.applications) await assertSettled(client, namespace);
    return figures;
  } finally {
    await probe.stop();
    await stopTests();
    await watchers.snapshots.stop();
    await watchers.ledgers.stop();
    await operator.stop();
  }
}

const warmUpBuilds = 10;

async function warmUp({ stage, applications }: Context, watchers: Watchers): Promise<void> {
  for (const place of inTurns(applications).slice(0, warmUpBuilds)) await timeBuild(stage.client, place, watchers);
}

async function measureAt(
  context: Context,
  arrivals: { readonly perSecond: number; readonly count: number },
  { watchers, probe }: { readonly watchers: Watchers; readonly probe: Probe },
): Promise<LatencyFigure> {
  const places = inTurns(context.applications);
  const times: BuildTimes[] = [];
  const stopProbes = probe.run(probesPerSecond, watchers.snapshots);
  await runOpenLoop(arrivals, async (index) => {
    const place = places[index % places.length];
    if (place !== undefined) times.push(await timeBuild(context.stage.client, place, watchers));
  });
  const bare = spread(await stopProbes());
  const figure = {
    perSecond: arrivals.perSecond,
    created: spread(times.map(({ created }) => created)),
    promoted: spread(times.map(({ promoted }) => promoted)),
    told: spread(times.map(({ told }) => told)),
    bare,
  };
  context.say(
    `${String(figure.perSecond)} builds/s: Snapshot after ${figure.created.p50Ms.toFixed(0)} ms, promoted after ${figure.promoted.p50Ms.toFixed(0)} ms, bare round trip ${bare.p50Ms.toFixed(0)} ms`,
  );
  return figure;
}
