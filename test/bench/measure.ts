import { join } from "node:path";
import { runToEnd } from "../controlplane/child.ts";
import { openContext, type Context } from "./context.ts";
import { describeMachine } from "./machine.ts";
import type { Options } from "./options.ts";
import { measureBursts } from "./parts/burst.ts";
import { measureCost } from "./parts/cost.ts";
import { measureLatency } from "./parts/latency.ts";
import { measureThroughput } from "./parts/throughput.ts";
import type { PartName, Results } from "./results.ts";
import { measureScale } from "./parts/scale.ts";
import { fullRun, quickRun, type ScaleOfRun } from "./scale-of-run.ts";
import { openStage, type Stage } from "./stage.ts";
import type { OperatorOptions } from "./operator.ts";

type Say = (line: string) => void;

/** The parts that load one API server in turn. */
const loadParts = {
  throughput: measureThroughput,
  latency: measureLatency,
  cost: measureCost,
  burst: measureBursts,
} satisfies Partial<Record<PartName, (context: Context) => Promise<unknown>>>;

/** Runs the parts that were asked for, one after the other. */
export async function measure(options: Options, say: Say): Promise<Results> {
  const startedAt = new Date();
  const machine = describeMachine();
  await bundleOperator(say);
  const run = {
    options,
    say,
    scaleOfRun: options.quick ? quickRun : fullRun,
    operatorOptions: profilingOptions(options),
  };
  const stages = [
    ...(options.only.some((name) => name in loadParts) ? [measureUnderLoad] : []),
    ...(options.only.includes("scale") ? [measureWithHistory] : []),
  ];
  const measured: Measured[] = [];
  for (const measureOn of stages) measured.push(await onStage(run, measureOn));
  return {
    machine: { ...machine, apiServer: measured[0]?.apiServer ?? "no API server" },
    startedAt: startedAt.toISOString(),
    durationSeconds: Math.round((Date.now() - startedAt.getTime()) / 1000),
    quick: options.quick,
    ...Object.assign({}, ...measured.map(({ figures }) => figures)),
  };
}

/** In a process of its own: the bundler's memory is none of the benchmark's. */
async function bundleOperator(say: Say): Promise<void> {
  const script = join(import.meta.dirname, "../../scripts/bundle.ts");
  const limitMs = 120_000;
  say(await runToEnd({ name: "the bundler", command: process.execPath, args: [script], sameGroup: true, limitMs }));
}

function profilingOptions({ profile }: Options): OperatorOptions {
  if (profile === undefined) return {};
  return { fromSource: true, nodeFlags: ["--cpu-prof", `--cpu-prof-dir=${profile}`] };
}

/** One run of the benchmark: what was asked for, and how much of it. */
interface Run {
  readonly options: Options;
  readonly say: Say;
  readonly scaleOfRun: ScaleOfRun;
  readonly operatorOptions: OperatorOptions;
}

interface Measured {
  readonly apiServer: string;
  readonly figures: Partial<Results>;
}

/** An API server for some parts, gone after them. */
async function onStage(run: Run, measureOn: (stage: Stage, run: Run) => Promise<Partial<Results>>): Promise<Measured> {
  const stage = await openStage(run.say);
  try {
    return { apiServer: stage.description, figures: await measureOn(stage, run) };
  } finally {
    await stage.stop();
  }
}

async function measureUnderLoad(stage: Stage, run: Run): Promise<Partial<Results>> {
  const context = await openContext(stage, run);
  const measured: Record<string, unknown> = {};
  for (const [name, part] of Object.entries(loadParts)) {
    if (!(run.options.only as readonly string[]).includes(name)) continue;
    run.say(`${name} …`);
    measured[name] = await part(context);
  }
  return measured;
}

async function measureWithHistory(stage: Stage, run: Run): Promise<Partial<Results>> {
  run.say("scale …");
  const { profile } = run.options;
  return { scale: await measureScale({ stage, ...run, ...(profile === undefined ? {} : { heapFolder: profile }) }) };
}
