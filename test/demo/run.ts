import { existsSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { systemClock } from "../../src/runtime/clock.ts";
import { startTektonStandIn } from "../tekton/stand-in.ts";
import { renderChecks, type Check } from "./checks.ts";
import { chooseApi, startRealCluster, startSimulatedCluster, type Api, type Cluster } from "./cluster.ts";
import { finalState } from "./final-state.ts";
import { applyManifests, createNamespace, installCrds, unservedKinds } from "./install.ts";
import { narrate } from "./narrate.ts";
import { createOperatorProcess, fromCheckout, type OperatorCommand } from "./operator-process.ts";
import { describeWrites, type OperatorWrites } from "./operator-writes.ts";
import type { Options } from "./options.ts";
import { createPalette, type Palette } from "./palette.ts";
import { createStage, type PlayTest, type Stage } from "./stage.ts";
import { renderTables } from "./table.ts";
import { createTimeline, type Timeline } from "./timeline.ts";
import { watchWorld } from "./world.ts";
import { wrap } from "./wrap.ts";

export type DemoOutcome = { readonly kind: "played"; readonly exitCode: number } | { readonly kind: "interrupted" };

const namespace = "demo";
const operatorLog = "operator.log";

interface Show {
  readonly options: Options;
  readonly installation: Installation;
  readonly signal: AbortSignal;
  readonly palette: Palette;
  readonly timeline: Timeline;
  /** For people: standard output, or standard error where that is for a program. */
  readonly write: (line: string) => void;
  /** Where the operator's log and the audit log are, while the demo runs. */
  readonly directory: string;
  /** What is to be stopped at the end, last first. */
  readonly started: (() => Promise<void>)[];
}

/** How the operator comes into the cluster, and what else is looked at while it is there. */
export interface Installation {
  /** Brings the operator's kinds and whatever it needs; returns how to run it. */
  install(cluster: Cluster, directory: string): Promise<OperatorCommand>;
  /** What it is, for people: "node src/main.ts". */
  readonly about: string;
  /** Each scenario is played in a namespace of its own: all can be, whatever the others leave behind. */
  readonly apart?: true;
  /** After the scenarios: more statements, each with whether it holds. */
  afterwards?(cluster: Cluster, open: (namespace: string) => Promise<Stage>): Promise<readonly Check[]>;
}

/** From the checkout, with an administrator's rights. */
const fromHere: Installation = {
  about: "the CRDs are installed, node src/main.ts runs as a process of its own",
  install: async ({ client, kubeconfig }) => {
    await installCrds(client);
    return fromCheckout(kubeconfig);
  },
};

/** Plays the demo from start to end, and stops all that it started. */
export async function runDemo(
  options: Options,
  signal: AbortSignal,
  installation: Installation = fromHere,
): Promise<DemoOutcome> {
  const stream = options.json ? process.stderr : process.stdout;
  const palette = createPalette(stream, process.env);
  const write = (line: string): void => void stream.write(`${line}\n`);
  const directory = await mkdtemp(join(tmpdir(), "integration-service-demo-"));
  const timeline = createTimeline(write, palette);
  const show: Show = { options, installation, signal, palette, timeline, write, directory, started: [] };
  let failed = true;
  try {
    const holds = await playAll(show);
    failed = !holds;
    return { kind: "played", exitCode: holds ? 0 : 1 };
  } catch (error) {
    timeline.flush();
    if (signal.aborted && isSignal(signal.reason)) {
      failed = false;
      return { kind: "interrupted" };
    }
    write(palette.red(`\nThe demo failed. ${textOf(signal.aborted ? signal.reason : error)}`));
    return { kind: "played", exitCode: 1 };
  } finally {
    await stopAll(show);
    const logFile = join(directory, operatorLog);
    if (failed && existsSync(logFile)) write(`The operator's log: ${logFile}`);
    else await rm(directory, { recursive: true, force: true });
  }
}

function isSignal(reason: unknown): boolean {
  return reason instanceof Error && reason.message.startsWith("SIG");
}

function textOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

async function stopAll({ started, write }: Show): Promise<void> {
  for (const stop of started.toReversed()) await stop().catch((error: unknown) => write(textOf(error)));
}

async function playAll(show: Show): Promise<boolean> {
  const { options, write, palette } = show;
  const { api, because } = await chooseApi(options.api);
  for (const line of introduction(palette, api)) write(line);
  if (because !== undefined) write(`${because}\n`);
  const { cluster, open } = await setUp(show, api);
  const { results, stages } = await playScenarios(show, cluster, open);
  const writes = await cluster.countWrites?.();
  report(show, stages, { api, results, ...(writes === undefined ? {} : { writes }) });
  if (options.keep) await keep(show, cluster);
  return results.every(({ checks }) => checks.length > 0 && checks.every(({ holds }) => holds));
}

interface Played {
  readonly results: readonly Result[];
  /** Where it was played; one for all, unless each scenario was to have its own. */
  readonly stages: readonly [Stage, ...Stage[]];
}

async function playScenarios(
  { options, installation }: Show,
  cluster: Cluster,
  open: (namespace: string) => Promise<Stage>,
): Promise<Played> {
  const results: Result[] = [];
  const stages: [Stage, ...Stage[]] = [await open(namespace)];
  let stage = stages[0];
  for (const { name, about, manifests, play } of options.scenarios) {
    if (installation.apart && results.length > 0) stages.push((stage = await open(`${namespace}-${name}`)));
    stage.timeline.say(`${name.toUpperCase()}: ${about}`);
    await applyManifests(cluster.client, stage.namespace, await manifests());
    const checks = await play(stage);
    stage.timeline.flush();
    results.push({ name, about, checks });
  }
  const checks = await installation.afterwards?.(cluster, (name) => open(`${namespace}-${name}`));
  if (checks !== undefined) results.push({ name: "installation", about: installation.about, checks });
  return { results, stages };
}

function introduction(palette: Palette, api: Api): readonly string[] {
  const where = api === "real" ? "a real API server" : "a SIMULATED API server";
  return [
    palette.bold(`Integration Service: two-phase promotion (ADR-0015), played on ${where}`),
    "",
    "  A build of a Component makes a component Snapshot: the new image + the others' from the Global Candidate List (GCL).",
    "  When its tests pass, the image joins the GCL, a new revision. If the Snapshot then equals the GCL, it is promoted and",
    "  released. If the GCL changed during the tests, a composite Snapshot made from the GCL is tested and promoted instead.",
    "  Images are named by their builds: frontend-2 is the second build of Component frontend; each began with build 1.",
    "",
  ];
}

/** Starts the API server, the operator and the Tekton stand-in; each is stopped at the end, whatever happens. */
async function setUp(
  show: Show,
  api: Api,
): Promise<{ readonly cluster: Cluster; readonly open: (namespace: string) => Promise<Stage> }> {
  const { signal, timeline, directory, started, write } = show;
  const isReal = api === "real";
  if (isReal) timeline.now("start", "API server", "starting a real one; built first where there is none yet");
  const cluster = isReal ? await startRealCluster(directory, write) : await startSimulatedCluster(directory);
  started.push(() => cluster.stop());
  signal.throwIfAborted();
  timeline.now("start", "API server", `ready: ${cluster.description}`);
  const { client } = cluster;
  const command = await show.installation.install(cluster, directory);
  await untilServed(client, signal);
  const operator = createOperatorProcess(command, join(directory, operatorLog));
  started.push(() => operator.stop());
  await operator.start(signal);
  timeline.now("start", "operator", `ready: ${show.installation.about}`);
  let playTest: PlayTest = () => ({ result: "SUCCESS", afterMs: 1_000 });
  started.push(startTektonStandIn({ client, clock: systemClock, play: (run) => playTest(run) }));
  timeline.now("start", "Tekton stand-in", "ready: it plays builds and tests; no pipeline is run");
  const setTests = (play: PlayTest): void => void (playTest = play);
  const open = async (own: string): Promise<Stage> => {
    await createNamespace(client, own);
    const watched = await watchWorld(client, own, (world) => narrate(world, timeline));
    started.push(() => watched.stop());
    return createStage({ client, namespace: own, world: watched.world, operator, timeline, signal, setTests });
  };
  return { cluster, open };
}

const servedLimitMs = 30_000;

async function untilServed(client: Cluster["client"], signal: AbortSignal): Promise<void> {
  const deadline = systemClock.monotonic() + servedLimitMs;
  let missing = await unservedKinds(client);
  while (missing.length > 0) {
    if (systemClock.monotonic() > deadline)
      throw new Error(
        `The API server does not serve these CRDs after ${String(servedLimitMs / 1000)} s: ${missing.join()}`,
      );
    await sleep(50, undefined, { signal });
    missing = await unservedKinds(client);
  }
}

const lineWidth = 118;

interface Result {
  readonly name: string;
  readonly about: string;
  readonly checks: readonly Check[];
}

interface Results {
  readonly api: Api;
  readonly results: readonly Result[];
  readonly writes?: OperatorWrites;
}

function report({ options, write, palette }: Show, stages: Played["stages"], { api, results, writes }: Results): void {
  const checks = results.flatMap((result) => result.checks);
  const lines = [
    ...stages.flatMap(({ world }) => ["", ...renderTables(world, palette)]),
    ...results.flatMap((result) => ["", ...renderChecks(`${result.name}: ${result.about}`, result.checks, palette)]),
    "",
    ...(writes === undefined ? [] : wrap(describeWrites(writes), lineWidth).map(palette.dim)),
    verdict(checks, palette) + (api === "real" ? "" : " This was a SIMULATED API server."),
  ];
  for (const line of lines) write(line);
  if (!options.json) return;
  const scenario = results.map(({ name }) => name).join(",");
  const outcome = { scenario, api, checks, ...(writes === undefined ? {} : { operatorWrites: writes }) };
  const [{ world }] = stages;
  process.stdout.write(`${JSON.stringify(finalState(world, outcome), undefined, 2)}\n`);
}

function verdict(checks: readonly Check[], palette: Palette): string {
  const held = checks.filter(({ holds }) => holds).length;
  return held === checks.length
    ? palette.green(`All ${String(checks.length)} checks hold.`)
    : palette.red(`${String(checks.length - held)} of ${String(checks.length)} checks do not hold.`);
}

/** Leaves everything running until somebody says stop. */
async function keep({ signal, write, directory }: Show, { kubeconfig }: Cluster): Promise<void> {
  const lines = [
    "",
    "API server, operator and Tekton stand-in go on until Ctrl-C. In another terminal:",
    "",
    `  export KUBECONFIG=${kubeconfig}`,
    `  kubectl config set-context --current --namespace ${namespace}`,
    "  kubectl get snapshots,releases",
    "  kubectl get snapshots --output wide          # with the reason of each as a sentence",
    "  kubectl get configmaps --selector app.kubernetes.io/component=global-candidate-list --output yaml",
    "  kubectl get events --sort-by .lastTimestamp  # what the operator did",
    `  tail -f ${join(directory, operatorLog)}`,
    "",
  ];
  for (const line of lines) write(line);
  await new Promise<void>((resolve) => {
    // Waiting for a signal alone does not keep the process alive.
    const alive = setInterval(() => {}, 60_000);
    const end = (): void => {
      clearInterval(alive);
      resolve();
    };
    if (signal.aborted) end();
    signal.addEventListener("abort", end, { once: true });
  });
}
