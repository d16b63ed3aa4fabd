import { annotations, finalizers } from "../api/labels.ts";
import type { Patch } from "../kube/calls.ts";
import type { KubeClient } from "../kube/client.ts";
import type { KubeObject, Resource } from "../kube/object.ts";
import { tektonResources } from "../tekton/pipeline-run.ts";
import { spansOf, type SpanFacts, type TracingLabels } from "./run-spans.ts";

/** Where spans go. */
export interface Spans {
  readonly labels: TracingLabels;
  /** Never waits and never throws. */
  send(span: SpanFacts): void;
}

/**
 * A client by which each run's spans are sent once. The last write to a run, which lets it go or names its Snapshot, happens
 * anyway: it takes upstream's mark along, and what the API server answers holds all that the spans are made from. They are
 * sent when the mark is set. So a conflict sends nothing twice; a process that ends in between loses these spans.
 */
export function createTracedClient(client: KubeClient, spans: Spans): KubeClient {
  return {
    ...client,
    patch: async <T extends KubeObject>(
      resource: Resource,
      key: Parameters<KubeClient["patch"]>[1],
      patch: Patch,
      signal?: AbortSignal,
    ): Promise<T> => {
      const last = resource === tektonResources.pipelineRun ? withMark(patch) : undefined;
      if (last === undefined) return client.patch<T>(resource, key, patch, signal);
      const run = await client.patch<T>(resource, key, last, signal);
      for (const span of spansOf(run, spans.labels)) spans.send(span);
      return run;
    },
  };
}

interface MetadataPatch {
  readonly metadata?: {
    readonly finalizers?: readonly string[];
    readonly annotations?: Readonly<Record<string, string | null>>;
  };
}

/** The patch with the mark in it, if it is the last one that a run gets. */
function withMark(patch: Patch): Patch | undefined {
  if (patch.type !== "merge") return undefined;
  const { metadata = {} } = patch.body as MetadataPatch;
  const letsGo = metadata.finalizers?.includes(finalizers.pipelineRun) === false;
  const namesSnapshot = metadata.annotations?.[annotations.snapshot] !== undefined;
  if (!letsGo && !namesSnapshot) return undefined;
  const marked = { ...metadata.annotations, [annotations.timingEmitted]: "true" };
  return { ...patch, body: { ...patch.body, metadata: { ...metadata, annotations: marked } } };
}
