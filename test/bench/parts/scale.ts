import { join } from "node:path";
import { placeOf } from "../history/copies.ts";
import { seedApplications, seedPipelineRuns, seedSnapshots } from "../history/seed.ts";
import { makeTemplates, type Templates } from "../history/templates.ts";
import { openInspector, type Inspector } from "../inspector.ts";
import { watchLedgers } from "../ledgers.ts";
import { rehearse } from "../limit/rehearse.ts";
import { valueOf } from "../metrics-page.ts";
import type { Operator, OperatorOptions } from "../operator.ts";
import { openProbe, type Probe } from "../probe.ts";
import { untilQuiet } from "../quiet.ts";
import type { ScaleOfRun } from "../scale-of-run.ts";
import { watchSnapshots } from "../sightings.ts";
import type { Stage } from "../stage.ts";
import { spread, type Spread } from "../statistics.ts";
import { completeTests } from "../tekton.ts";
import { noteTestEnds, timeBuild, type BuildTimes } from "../timed-builds.ts";

/** The operator over a history of one size. */
export interface HistoryFigure {
  readonly snapshots: number;
  readonly pipelineRuns: number;
  readonly readyAfterMs: number;
  /** Reachable memory once it was ready. */
  readonly heapBytes: number;
  /** Of the whole process, at the same time, garbage included. */
  readonly residentBytes: number;
  /** How late the event loop was while the caches were filled, and while builds came in. */
  readonly starting: EventLoopDelay;
  readonly working?: EventLoopDelay;
  /** Single builds of the Application that has half of the history, and the bare round trip beside them. */
  readonly latency?: { readonly created: Spread; readonly promoted: Spread; readonly bare: Spread };
}

interface EventLoopDelay {
  readonly p99Ms: number;
  readonly maxMs: number;
}

export interface ScaleFigures {
  readonly applications: number;
  readonly components: number;
  readonly few: HistoryFigure;
  /** All Snapshots, and PipelineRuns as few as before. */
  readonly snapshotsOnly: HistoryFigure;
  readonly many: HistoryFigure;
  readonly bytesPerSnapshot: number;
  readonly bytesPerPipelineRun: number;
}

interface Measuring {
  readonly stage: Stage;
  readonly scaleOfRun: ScaleOfRun;
  readonly say: (line: string) => void;
  readonly operatorOptions: OperatorOptions;
  /** Folder for heap snapshots, if they are wanted. */
  readonly heapFolder?: string;
}

/** What a history costs: the same Applications with next to none, and with all of it. */
export async function measureScale(measuring: Measuring): Promise<ScaleFigures> {
  const { stage, say, scaleOfRun } = measuring;
  const { applications, snapshotsFew: few, snapshots, pipelineRuns } = scaleOfRun.history;
  const probe = await openProbe(stage, await rehearse(stage, scaleOfRun.componentsEach));
  const templates = await makeTemplates(stage, scaleOfRun.componentsEach);
  say(`creating ${String(applications)} Applications`);
  await seedApplications(stage, templates, applications);
  const seed = { applications, from: 0, to: few };
  await seedSnapshots(stage, templates, seed);
  await seedPipelineRuns(stage, templates, seed);
  const withFew = await observe(measuring, { snapshots: few, pipelineRuns: few, probe, templates, build: true });
  say(`adding Snapshots up to ${String(snapshots)}`);
  await seedSnapshots(stage, templates, { applications, from: few, to: snapshots });
  const snapshotsOnly = await observe(measuring, { snapshots, pipelineRuns: few, probe, templates, build: false });
  say(`adding PipelineRuns up to ${String(pipelineRuns)}`);
  await seedPipelineRuns(stage, templates, { applications, from: few, to: pipelineRuns });
  const many = await observe(measuring, { snapshots, pipelineRuns, probe, templates, build: true });
  await probe.stop();
  return {
    applications,
    components: applications * scaleOfRun.componentsEach,
    few: withFew,
    snapshotsOnly,
    many,
    bytesPerSnapshot: (snapshotsOnly.heapBytes - withFew.heapBytes) / (snapshots - few),
    bytesPerPipelineRun: (many.heapBytes - snapshotsOnly.heapBytes) / (pipelineRuns - few),
  };
}

interface History {
  readonly snapshots: number;
  readonly pipelineRuns: number;
  readonly probe: Probe;
  readonly templates: Templates;
  readonly build: boolean;
}

const readyLimitMs = 600_000;

async function observe(measuring: Measuring, history: History): Promise<HistoryFigure> {
  const { stage, say, operatorOptions } = measuring;
  // With garbage collection there would be no such history for long.
  const args = ["--no-snapshot-gc"];
  const operator = await stage.startOperator({ ...operatorOptions, args, inspect: true, readyLimitMs });
  const starting = await eventLoopDelay(operator);
  const inspector = await openInspector(operator.inspectorPort ?? 0);
  try {
    await untilQuiet(operator);
    const residentBytes = valueOf(await operator.metrics(), "process_resident_memory_bytes");
    const heapBytes = await inspector.heapUsed();
    await keepHeap(measuring, history, inspector);
    const built = history.build ? await buildSome(measuring, history, operator) : {};
    const { snapshots, pipelineRuns } = history;
    const figure = { snapshots, pipelineRuns, readyAfterMs: operator.readyAfterMs, heapBytes, residentBytes, starting };
    say(
      `${String(snapshots)} Snapshots, ${String(pipelineRuns)} PipelineRuns: ready after ${(operator.readyAfterMs / 1000).toFixed(1)} s, ${String(Math.round(residentBytes / 1e6))} MB`,
    );
    return { ...figure, ...built };
  } finally {
    inspector.close();
    await operator.stop();
  }
}

async function keepHeap({ heapFolder }: Measuring, history: History, inspector: Inspector): Promise<void> {
  if (heapFolder === undefined) return;
  const name = `${String(history.snapshots)}-${String(history.pipelineRuns)}.heapsnapshot`;
  await inspector.writeHeapSnapshot(join(heapFolder, name));
}

const warmUpBuilds = 10;
const probesPerSecond = 4;

async function buildSome(
  { stage, scaleOfRun }: Measuring,
  { probe, templates }: History,
  operator: Operator,
): Promise<Pick<HistoryFigure, "working" | "latency">> {
  const { namespace, application } = placeOf(0);
  const components = templates.components.map((name) => name.replace(templates.application, application));
  const tests = noteTestEnds();
  const watchers = { ledgers: await watchLedgers(stage.client), snapshots: await watchSnapshots(stage.client), tests };
  const stopTests = completeTests(stage.client, { onFinished: tests.onFinished });
  const times: BuildTimes[] = [];
  try {
    const build = (index: number): Promise<BuildTimes> =>
      timeBuild(stage.client, { namespace, component: components[index % components.length] ?? "" }, watchers);
    for (let index = 0; index < warmUpBuilds; index += 1) await build(index);
    // Reading the delay begins a new measurement of it.
    await eventLoopDelay(operator);
    const stopProbes = probe.run(probesPerSecond, watchers.snapshots);
    for (let index = 0; index < scaleOfRun.history.builds; index += 1) times.push(await build(index));
    const working = await eventLoopDelay(operator);
    const bare = spread(await stopProbes());
    await untilQuiet(operator);
    const latency = {
      created: spread(times.map(({ created }) => created)),
      promoted: spread(times.map(({ promoted }) => promoted)),
      bare,
    };
    return { working, latency };
  } finally {
    await stopTests();
    await watchers.snapshots.stop();
    await watchers.ledgers.stop();
  }
}

async function eventLoopDelay(operator: Operator): Promise<EventLoopDelay> {
  const page = await operator.metrics();
  const ms = (name: string): number => valueOf(page, `nodejs_eventloop_lag_${name}_seconds`) * 1000;
  return { p99Ms: ms("p99"), maxMs: ms("max") };
}
