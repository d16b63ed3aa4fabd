import { expect, test } from "vitest";
import { annotations, finalizers, labels } from "../api/labels.ts";
import { pipelineRunIndexes, projectPipelineRun, type PipelineRunRecord } from "../cache/pipeline-run.ts";
import { snapshotIndexes, type SnapshotRecord } from "../cache/snapshot.ts";
import { createStore } from "../runtime/store.ts";
import { buildPipelineController } from "./build-pipeline/controller.ts";
import type { ControllerDefinition, Environment } from "./environment.ts";
import { snapshotController } from "./snapshot/controller.ts";
import { createTestLine } from "./snapshot/test-line.ts";

const label = { build: { [labels.component]: "cart" }, test: {} } as const;

const run = (type: keyof typeof label, { snapshot = "", held = false } = {}): PipelineRunRecord =>
  projectPipelineRun({
    metadata: {
      name: `${type}-run`,
      namespace: "team",
      uid: "uid",
      resourceVersion: "1",
      labels: { ...label[type], [labels.pipelinesType]: type, [labels.snapshot]: "shop-1" },
      annotations: snapshot === "" ? {} : { [annotations.snapshot]: snapshot },
      finalizers: held ? [finalizers.pipelineRun] : [],
    },
    status: { conditions: [{ type: "Succeeded", status: "True" }] },
  } as never)!;

/** What a controller is told to look at when it starts over this one run. */
function namedAtStart(controller: "build" | "test", record: PipelineRunRecord): readonly string[] {
  const pipelineRuns = createStore<PipelineRunRecord>({ indexes: pipelineRunIndexes });
  pipelineRuns.apply(record);
  const empty = createStore<never>();
  const snapshots = createStore<SnapshotRecord>({ indexes: snapshotIndexes });
  const caches = {
    pipelineRuns,
    snapshots,
    components: empty,
    componentGroups: empty,
    applications: empty,
    candidateLists: empty,
    scenarios: empty,
  };
  const env = { caches } as unknown as Environment;
  const line = createTestLine({}, pipelineRuns, () => 0);
  const definition: ControllerDefinition =
    controller === "build"
      ? buildPipelineController(env, { requireSignature: false })
      : snapshotController(env, { line, serviceAccount: "", timeouts: {} } as never);
  const named: string[] = [];
  for (const source of definition.sources) source.start(({ name }) => named.push(name))();
  return named;
}

test.each<[string, "build" | "test", PipelineRunRecord, readonly string[]]>([
  ["a build that is over is not looked at", "build", run("build", { snapshot: "shop-1" }), []],
  ["a build without a Snapshot is", "build", run("build"), ["build-run"]],
  ["a build that is still held is", "build", run("build", { snapshot: "shop-1", held: true }), ["build-run"]],
  ["the Snapshot of a test run that is let go is not looked at for its sake", "test", run("test"), []],
  ["the Snapshot of a test run that is held is", "test", run("test", { held: true }), ["shop-1"]],
])("at a start, %s", (_what, controller, record, named) => {
  expect(namedAtStart(controller, record)).toEqual(named);
});
