import type { KubeObject, Resource } from "../kube/object.ts";

/** Where Tekton serves the kinds that are read and written here. */
export const tektonResources = {
  pipelineRun: { group: "tekton.dev", version: "v1", plural: "pipelineruns", kind: "PipelineRun", namespaced: true },
  taskRun: { group: "tekton.dev", version: "v1", plural: "taskruns", kind: "TaskRun", namespaced: true },
} as const satisfies Record<string, Resource>;

/** A condition, as Tekton writes it. */
export interface TektonCondition {
  readonly type?: string;
  readonly status?: string;
  readonly reason?: string;
  readonly message?: string;
}

interface TektonResult {
  readonly name?: string;
  readonly value?: unknown;
}

/** The slice of a PipelineRun that is read. Nothing of it is certain to be there: others write it. */
export interface RawPipelineRun extends KubeObject {
  readonly spec?: Readonly<Record<string, unknown>>;
  readonly status?: {
    readonly conditions?: readonly (TektonCondition | null)[];
    readonly startTime?: string;
    readonly completionTime?: string;
    readonly results?: readonly (TektonResult | null)[];
    readonly childReferences?: readonly ({ readonly kind?: string } | null)[];
  };
}

/** The slice of a TaskRun that is read. */
export interface RawTaskRun extends KubeObject {
  readonly status?: {
    readonly conditions?: readonly (TektonCondition | null)[];
    readonly startTime?: string;
    readonly completionTime?: string;
    readonly results?: readonly (TektonResult | null)[];
  };
}

/** How far a run is. Only the condition Succeeded says so, whatever its reason: missing or Unknown is still running. */
export function progressOf(run: RawPipelineRun | RawTaskRun): "running" | "succeeded" | "failed" {
  const status = listOf(run.status?.conditions).find((condition) => condition?.type === "Succeeded")?.status;
  if (status === "True") return "succeeded";
  return status === "False" ? "failed" : "running";
}

/** Results whose value is a text, by name; the first of a name counts. */
export function textResults(results: readonly (TektonResult | null)[] | undefined): ReadonlyMap<string, string> {
  const found = new Map<string, string>();
  for (const result of listOf(results)) {
    const { name, value } = result ?? {};
    if (typeof name === "string" && typeof value === "string" && value !== "" && !found.has(name))
      found.set(name, value);
  }
  return found;
}

/** What should be a list, where nothing makes sure of it: Tekton's kinds have no schema that the API server checks. */
export function listOf<T>(value: readonly T[] | undefined): readonly T[] {
  return Array.isArray(value) ? value : [];
}

/** Milliseconds since the epoch; undefined for what is no time. */
export function timeOf(text: unknown): number | undefined {
  // Other things can have texts of their own making, or none at all, which throws.
  const time = typeof text === "string" ? Date.parse(text) : Number.NaN;
  return Number.isNaN(time) ? undefined : time;
}
