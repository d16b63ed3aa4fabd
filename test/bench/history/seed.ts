import { resources } from "../../../src/api/group.ts";
import { configMapResource } from "../../../src/cache/candidate-list.ts";
import type { Resource } from "../../../src/kube/object.ts";
import { tektonResources } from "../../../src/tekton/pipeline-run.ts";
import { createNamespace } from "../../demo/install.ts";
import { eachAtOnce } from "../each-at-once.ts";
import type { Stage } from "../stage.ts";
import { waitUntil } from "../wait.ts";
import { copyCandidateList, copyFurniture, copyPipelineRun, copySnapshot, placeOf } from "./copies.ts";
import { openEtcdWriter, type Stored } from "./etcd-writer.ts";
import type { Templates } from "./templates.ts";

const batchObjects = 2_000;
/** The API server reads everything that was put behind its back. */
const catchUpLimitMs = 180_000;

/** Puts Applications in, with everything but a history. */
export async function seedApplications(stage: Stage, templates: Templates, count: number): Promise<void> {
  const indexes = Array.from({ length: count }, (_, index) => index);
  const namespaces = [...new Set(indexes.map((index) => placeOf(index).namespace))];
  await eachAtOnce(namespaces, (namespace) => createNamespace(stage.client, namespace));
  await putAll(stage, count, (index) => copyFurniture(templates, index));
  await eachAtOnce(indexes, async (index) => {
    await stage.client.create(configMapResource, copyCandidateList(templates, index));
  });
  await untilServed(stage, resources.application, count);
}

/** Half of all that is old belongs to one Application, the one that is measured: the other half is spread over all of them. */
function ownerOf(number: number, applications: number): number {
  return number % 2 === 0 ? 0 : Math.floor(number / 2) % applications;
}

/** Which part of the history to put in: the first one, and the one after the last. */
export interface Range {
  readonly from: number;
  readonly to: number;
}

/** Puts concluded Snapshots in. */
export async function seedSnapshots(
  stage: Stage,
  templates: Templates,
  { applications, from, to }: Range & { readonly applications: number },
): Promise<void> {
  await putAll(stage, to - from, (index) => [
    copySnapshot(templates, ownerOf(from + index, applications), from + index),
  ]);
  await untilServed(stage, resources.snapshot, to);
}

/** Puts finished PipelineRuns in, builds and tests in turn. */
export async function seedPipelineRuns(
  stage: Stage,
  templates: Templates,
  { applications, from, to }: Range & { readonly applications: number },
): Promise<void> {
  await putAll(stage, to - from, (index) => [
    // Neighbours are a build and a test of one Application.
    copyPipelineRun(templates, ownerOf(Math.floor((from + index) / 2), applications), from + index),
  ]);
  await untilServed(stage, tektonResources.pipelineRun, to);
}

async function putAll(stage: Stage, count: number, make: (index: number) => readonly Stored[]): Promise<void> {
  const etcd = openEtcdWriter(stage.etcdSocket);
  try {
    for (let from = 0; from < count; from += batchObjects) {
      const indexes = Array.from({ length: Math.min(batchObjects, count - from) }, (_, offset) => from + offset);
      await etcd.put(indexes.flatMap(make));
    }
  } finally {
    etcd.close();
  }
}

/** The API server answers from its own cache, which is behind etcd for a while. */
async function untilServed({ client }: Stage, resource: Resource, atLeast: number): Promise<void> {
  await waitUntil(
    `the API server serves ${String(atLeast)} ${resource.plural}`,
    async () => {
      const page = await client.list(resource, { limit: 1 });
      return page.items.length + (page.remaining ?? 0) >= atLeast;
    },
    { limitMs: catchUpLimitMs, pauseMs: 500 },
  );
}
