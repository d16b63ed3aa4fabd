import type { Caches } from "../cache/caches.ts";
import { inNamespace } from "../cache/identity.ts";
import type { BuildRecord } from "../cache/pipeline-run.ts";
import type { SnapshotRecord } from "../cache/snapshot.ts";
import { readComponentKey } from "../domain/component-key.ts";
import { labelValue } from "../domain/names.ts";

/** The build that a Snapshot was made for, while that has yet to name it. */
export function pendingBuildOf(
  { pipelineRuns }: Pick<Caches, "pipelineRuns">,
  { key, component, buildPipelineRun }: SnapshotRecord,
): BuildRecord | undefined {
  if (component === undefined || buildPipelineRun === undefined) return undefined;
  const { name } = readComponentKey(component);
  return pipelineRuns
    .byIndex("pendingByComponent", inNamespace(key.namespace, name))
    .find((run): run is BuildRecord => run.type === "build" && labelValue(run.key.name) === buildPipelineRun);
}
