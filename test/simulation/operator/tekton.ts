import { labels } from "../../../src/api/labels.ts";
import { objectOf, type ApiObject } from "../apiserver/json.ts";
import { createChance, type Chance } from "./chance.ts";
import { namespace, types } from "./definitions.ts";
import { contentOf, labelOf, stateOf, textOf } from "./readings.ts";
import { iso, later, setStatus, type Stage } from "./stage.ts";
import { resultOf, type TestResult } from "./workload.ts";

/** Plays every test PipelineRun: it starts, takes its time and ends as fate has it, with TaskRuns that tell how. Unlike
 * the stand-in of the demo it leaves nothing to the machine's chance, so that a seed is a story. */
export function startTekton(stage: Stage): void {
  const chance = createChance(stage.settings.seed, "tekton");
  stage.server.onWrite(({ plural, before, after, identity }) => {
    if (plural !== "pipelineruns" || after === undefined || !identity.startsWith("operator")) return;
    if (labelOf(after, labels.pipelinesType) !== "test") return;
    if (before === undefined) play(stage, chance, after);
    else if (isCancelled(after) && !isCancelled(before))
      later(stage, chance.between(1, 3_000), () => cancel(stage, after));
  });
}

/** Whether somebody wants the run to stop. */
function isCancelled(run: ApiObject | undefined): boolean {
  return typeof objectOf(run?.["spec"])["status"] === "string";
}

function cancel(stage: Stage, made: ApiObject): void {
  const run = fateOf(stage, made);
  if (!isThere(stage, run)) return;
  stage.truth.play(run.snapshot, run.scenario, { run: run.name, result: "deleted", images: run.images });
  setStatus(stage, types.pipelineRun, run.name, {
    completionTime: iso(stage),
    conditions: [
      { type: "Succeeded", status: "False", reason: "Cancelled", message: "", lastTransitionTime: iso(stage) },
    ],
  });
  prune(stage, run.name);
}

interface Run {
  readonly name: string;
  readonly uid: string;
  readonly snapshot: string;
  readonly scenario: string;
  readonly images: string;
  readonly result: TestResult;
}

function play(stage: Stage, chance: Chance, made: ApiObject): void {
  const [least, most] = stage.workload.testMs;
  const takesMs = chance.between(least, most);
  const tasks = chance.pick([1, 1, 1, 2, 0]);
  const run = fateOf(stage, made);
  later(stage, chance.between(1, 500), () => {
    const running = {
      type: "Succeeded",
      status: "Unknown",
      reason: "Running",
      message: "",
      lastTransitionTime: iso(stage),
    };
    if (isThere(stage, run))
      setStatus(stage, types.pipelineRun, run.name, { startTime: iso(stage), conditions: [running] });
  });
  later(stage, 500 + takesMs, () => finish(stage, run, { tasks, splitMs: chance.pick([0, 0, 3, 300]) }));
}

function fateOf({ settings, workload, truth }: Stage, made: ApiObject): Run {
  const [snapshot = "", scenario = ""] = [labelOf(made, labels.snapshot), labelOf(made, labels.scenario)];
  const params = (made["spec"] as { params?: readonly { name: string; value: string }[] }).params ?? [];
  const text = params.find(({ name }) => name === "SNAPSHOT")?.value ?? "{}";
  const spec = text.startsWith("{") ? (JSON.parse(text) as object) : {};
  const images = contentOf({ ...made, spec } as unknown as ApiObject);
  const attempt = truth.played(snapshot, scenario).length + 1;
  const result = resultOf(settings.seed, workload, {
    scenario,
    images: [...images.values()].toSorted(),
    attempt,
    healthy: isOfHealthy({ workload, truth }, scenario),
  });
  return { name: made.metadata.name, uid: made.metadata.uid ?? "", snapshot, scenario, images: textOf(images), result };
}

function isOfHealthy({ workload, truth }: Pick<Stage, "workload" | "truth">, scenario: string): boolean {
  const owner = truth.scenarios.find(({ name }) => name === scenario)?.owner;
  return workload.owners.some(({ id, healthy }) => id === owner && healthy);
}

function isThere({ server }: Stage, { name, uid }: Run): boolean {
  const found = server.get(types.pipelineRun, name, namespace);
  return found?.metadata.uid === uid && stateOf(found) === "running" && found.metadata.deletionTimestamp === undefined;
}

/** TaskRuns come first, then the PipelineRun's end; the two are two writes that others see at different times. */
function finish(stage: Stage, run: Run, how: { readonly tasks: number; readonly splitMs: number }): void {
  if (!isThere(stage, run)) return;
  const { tasks } = how;
  const count = run.result === "SUCCESS" ? tasks : Math.max(1, tasks);
  const names = Array.from({ length: count }, (_, index) => `${run.name}-t${index}`);
  for (const [index, name] of names.entries())
    putTask(stage, run, { name, result: index === 0 ? run.result : "SUCCESS" });
  const end = (): void => {
    if (!isThere(stage, run)) return;
    const now = iso(stage);
    const failed = run.result === "broken";
    stage.truth.play(run.snapshot, run.scenario, { run: run.name, result: run.result, images: run.images });
    setStatus(stage, types.pipelineRun, run.name, {
      completionTime: now,
      childReferences: names.map((name) => ({
        apiVersion: "tekton.dev/v1",
        kind: "TaskRun",
        name,
        pipelineTaskName: "test",
      })),
      conditions: [
        {
          type: "Succeeded",
          status: failed ? "False" : "True",
          reason: failed ? "Failed" : "Succeeded",
          message: "",
          lastTransitionTime: now,
        },
      ],
    });
    prune(stage, run.name);
  };
  if (how.splitMs === 0) end();
  else later(stage, how.splitMs, end);
}

function putTask(stage: Stage, run: Run, task: { readonly name: string; readonly result: TestResult }): void {
  const now = iso(stage);
  const { result } = task;
  const failed = result === "FAILURE" || result === "ERROR";
  const output = {
    result,
    timestamp: now,
    successes: failed ? 0 : 1,
    failures: failed ? 1 : 0,
    warnings: result === "WARNING" ? 1 : 0,
  };
  const value = result === "unreadable" ? "{]" : JSON.stringify(output);
  const conditions = [
    {
      type: "Succeeded",
      status: result === "broken" ? "False" : "True",
      reason: "Ended",
      message: "",
      lastTransitionTime: now,
    },
  ];
  const own = { "tekton.dev/pipelineRun": run.name, "tekton.dev/pipelineTask": "test" };
  const results = result === "broken" ? [] : [{ name: "TEST_OUTPUT", type: "string", value }];
  stage.server.put({
    ...types.taskRun,
    metadata: { name: task.name, namespace, labels: own },
    status: { startTime: now, completionTime: now, conditions, results },
  });
}

/** What is finished is deleted soon, where that is configured. */
export function prune(stage: Stage, run: string): void {
  const { pruneMs } = stage.workload;
  if (pruneMs === undefined) return;
  later(stage, pruneMs, () => {
    if (stage.server.get(types.pipelineRun, run, namespace) !== undefined)
      stage.server.delete(types.pipelineRun, run, namespace);
  });
}
