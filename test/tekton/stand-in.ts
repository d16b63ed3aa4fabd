import { labels, pipelineTypes } from "../../src/api/labels.ts";
import type { KubeClient } from "../../src/kube/client.ts";
import { isConflict, isNotFound } from "../../src/kube/errors.ts";
import type { KubeObject, ObjectKey } from "../../src/kube/object.ts";
import type { Clock } from "../../src/runtime/clock.ts";
import { createLogger } from "../../src/runtime/logger.ts";
import { createMetrics } from "../../src/runtime/metrics.ts";
import { createReflector } from "../../src/runtime/reflector.ts";
import { createStore, type CachedObject } from "../../src/runtime/store.ts";
import { progressOf, tektonResources, type RawPipelineRun } from "../../src/tekton/pipeline-run.ts";

/** A test PipelineRun that is to be played. */
export interface TestRun {
  readonly key: ObjectKey;
  readonly snapshot: string;
  readonly scenario: string;
  /** Component → image, from the parameter SNAPSHOT. */
  readonly images: ReadonlyMap<string, string>;
}

/** How a test ends, and after how long. */
export interface Play {
  readonly result: "SUCCESS" | "FAILURE" | "WARNING" | "ERROR" | "SKIPPED";
  readonly afterMs: number;
}

export interface StandInOptions {
  readonly client: KubeClient;
  readonly clock: Clock;
  /** Asked once the run has started; a promise makes the run wait for it. */
  readonly play: (run: TestRun) => Play | Promise<Play>;
  readonly onFinished?: (run: TestRun, play: Play) => void;
}

interface Seen extends CachedObject {
  readonly pending: boolean;
  readonly run: TestRun;
}

/** Plays Tekton where there is none: every test PipelineRun starts, and ends as `play` says, with one TaskRun that holds its
 * TEST_OUTPUT. It runs no pipeline. Returns how to stop it. */
export function startTektonStandIn(options: StandInOptions): () => Promise<void> {
  const { client, clock } = options;
  const store = createStore<Seen>();
  const stop = new AbortController();
  const playing = new Map<string, Promise<void>>();
  const logger = createLogger({ level: "error", now: () => clock.now(), destination: process.stderr });
  store.subscribe(({ after }) => {
    if (after === undefined || !after.pending || playing.has(after.uid)) return;
    playing.set(after.uid, playRun(options, after.run, stop.signal).catch(ignoreStop(stop.signal)));
  });
  const reflector = createReflector<Seen>({
    name: "tekton-stand-in",
    resource: tektonResources.pipelineRun,
    client,
    store,
    project: projectRun,
    labelSelector: `${labels.pipelinesType}=${pipelineTypes.test}`,
    clock,
    random: Math.random,
    logger,
    metrics: createMetrics().reflector,
  });
  const running = reflector.run(stop.signal);
  return async () => {
    stop.abort(new Error("the stand-in stops"));
    await Promise.all([running, ...playing.values()]);
  };
}

function projectRun(raw: KubeObject): Seen {
  const { metadata } = raw;
  const key = { namespace: metadata.namespace ?? "", name: metadata.name };
  const own = metadata.labels ?? {};
  return {
    key,
    uid: metadata.uid ?? "",
    resourceVersion: metadata.resourceVersion ?? "",
    pending: progressOf(raw) === "running" && metadata.deletionTimestamp === undefined,
    run: { key, snapshot: own[labels.snapshot] ?? "", scenario: own[labels.scenario] ?? "", images: imagesOf(raw) },
  };
}

function imagesOf(raw: RawPipelineRun): ReadonlyMap<string, string> {
  const params = (raw.spec?.["params"] ?? []) as readonly { readonly name: string; readonly value: string }[];
  const text = params.find(({ name }) => name === "SNAPSHOT")?.value;
  if (text === undefined || !text.startsWith("{")) return new Map();
  const spec = JSON.parse(text) as {
    readonly components: readonly { readonly name: string; readonly containerImage: string }[];
  };
  return new Map(spec.components.map(({ name, containerImage }) => [name, containerImage]));
}

async function playRun(
  { client, clock, play, onFinished }: StandInOptions,
  run: TestRun,
  signal: AbortSignal,
): Promise<void> {
  const startTime = new Date(clock.now()).toISOString();
  await setStatus(client, run.key, { startTime, conditions: [condition("Unknown", "Running", startTime)] }, signal);
  const { result, afterMs } = await unlessStopped(play(run), signal);
  await clock.sleep(afterMs, signal);
  const completionTime = new Date(clock.now()).toISOString();
  const task = await createTaskRun(client, run, { result, startTime, completionTime }, signal);
  const childReferences = [{ apiVersion: "tekton.dev/v1", kind: "TaskRun", name: task, pipelineTaskName: "test" }];
  await setStatus(
    client,
    run.key,
    { startTime, completionTime, childReferences, conditions: [condition("True", "Succeeded", completionTime)] },
    signal,
  );
  onFinished?.(run, { result, afterMs });
}

async function createTaskRun(
  client: KubeClient,
  { key }: TestRun,
  output: { readonly result: string; readonly startTime: string; readonly completionTime: string },
  signal: AbortSignal,
): Promise<string> {
  const { result, startTime, completionTime } = output;
  const name = `${key.name.slice(0, 58)}-test`;
  const ownLabels = { "tekton.dev/pipelineRun": key.name, "tekton.dev/pipelineTask": "test" };
  await client.create(
    tektonResources.taskRun,
    { apiVersion: "tekton.dev/v1", kind: "TaskRun", metadata: { ...key, name, labels: ownLabels } },
    signal,
  );
  const failed = result === "FAILURE" || result === "ERROR";
  const value = JSON.stringify({
    result,
    timestamp: completionTime,
    successes: failed ? 0 : 1,
    failures: failed ? 1 : 0,
    warnings: result === "WARNING" ? 1 : 0,
  });
  const status = {
    startTime,
    completionTime,
    conditions: [condition("True", "Succeeded", completionTime)],
    results: [{ name: "TEST_OUTPUT", type: "string", value }],
  };
  await client.patch(
    tektonResources.taskRun,
    { namespace: key.namespace, name },
    { type: "merge", subresource: "status", body: { status } },
    signal,
  );
  return name;
}

async function setStatus(client: KubeClient, key: ObjectKey, status: object, signal: AbortSignal): Promise<void> {
  await client.patch(
    tektonResources.pipelineRun,
    key,
    { type: "merge", subresource: "status", body: { status } },
    signal,
  );
}

function condition(status: string, reason: string, lastTransitionTime: string): object {
  return { type: "Succeeded", status, reason, message: reason, lastTransitionTime };
}

async function unlessStopped<T>(awaited: T | Promise<T>, signal: AbortSignal): Promise<T> {
  const stopped = Promise.withResolvers<never>();
  const stop = (): void => stopped.reject(signal.reason);
  signal.addEventListener("abort", stop, { once: true });
  try {
    return await Promise.race([awaited, stopped.promise]);
  } finally {
    signal.removeEventListener("abort", stop);
  }
}

/** A run that goes away while it is played, and the end of the play, are no errors. */
function ignoreStop(signal: AbortSignal): (error: unknown) => void {
  return (error) => {
    if (!signal.aborted && !isNotFound(error) && !isConflict(error)) throw error;
  };
}
