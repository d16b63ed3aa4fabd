import { labels, pipelineTypes } from "../../../src/api/labels.ts";
import type { KubeClient } from "../../../src/kube/client.ts";
import { isAlreadyExists, KubeError } from "../../../src/kube/errors.ts";
import type { Resource } from "../../../src/kube/object.ts";
import { systemClock } from "../../../src/runtime/clock.ts";
import { progressOf, tektonResources, type RawPipelineRun } from "../../../src/tekton/pipeline-run.ts";
import { passes, type Tekton } from "../../integration/support/tekton.ts";
import type { TestRun } from "../../tekton/stand-in.ts";

const lookPauseMs = 150;

/** Tekton's part where the API server comes and goes, and may be put back in time: it remembers nothing and looks again and
 * again. A test ends at the second look or later. */
export function playTirelessly(client: KubeClient, namespace: string): Tekton {
  const stop = new AbortController();
  const tekton: Tekton = {
    play: () => passes(),
    gate: () => {
      throw new Error("This stand-in has no gates");
    },
    stop: async () => {
      stop.abort(new Error("the stand-in stops"));
      await running;
    },
  };
  const running = run();
  return tekton;

  async function run(): Promise<void> {
    while (!stop.signal.aborted) {
      try {
        await playAll();
        await systemClock.sleep(lookPauseMs, stop.signal);
      } catch (error) {
        // The API server is away, or has forgotten what was just seen: the next look will tell.
        if (!stop.signal.aborted && !(error instanceof KubeError)) throw error;
        await systemClock.sleep(lookPauseMs, stop.signal).catch(() => {});
      }
    }
  }

  async function playAll(): Promise<void> {
    const labelSelector = `${labels.pipelinesType}=${pipelineTypes.test}`;
    const query = { namespace, labelSelector };
    const { items } = await client.list<RawPipelineRun>(tektonResources.pipelineRun, query, stop.signal);
    for (const raw of items.filter((each) => progressOf(each) === "running")) await playOne(raw);
  }

  async function playOne(raw: RawPipelineRun): Promise<void> {
    const { name } = raw.metadata;
    const now = new Date().toISOString();
    const started = raw.status?.startTime;
    if (started === undefined)
      return patchStatus(name, { startTime: now, conditions: [condition("Unknown", "Running", now)] });
    const { result } = tekton.play(runOf(raw));
    const task = `${name.slice(0, 58)}-test`;
    const own = { "tekton.dev/pipelineRun": name, "tekton.dev/pipelineTask": "test" };
    const metadata = { namespace, name: task, labels: own };
    await client
      .create(tektonResources.taskRun, { apiVersion: "tekton.dev/v1", kind: "TaskRun", metadata }, stop.signal)
      .catch((error: unknown) => {
        if (!isAlreadyExists(error)) throw error;
      });
    const failures = result === "FAILURE" ? 1 : 0;
    const value = JSON.stringify({ result, timestamp: now, successes: 1 - failures, failures, warnings: 0 });
    const ended = { startTime: started, completionTime: now, conditions: [condition("True", "Succeeded", now)] };
    const results = [{ name: "TEST_OUTPUT", type: "string", value }];
    await patchStatus(task, { ...ended, results }, tektonResources.taskRun);
    const reference = { apiVersion: "tekton.dev/v1", kind: "TaskRun", name: task, pipelineTaskName: "test" };
    await patchStatus(name, { ...ended, childReferences: [reference] });
  }

  async function patchStatus(
    name: string,
    status: object,
    resource: Resource = tektonResources.pipelineRun,
  ): Promise<void> {
    const patch = { type: "merge", subresource: "status", body: { status } } as const;
    await client.patch(resource, { namespace, name }, patch, stop.signal);
  }
}

function runOf({ metadata, spec }: RawPipelineRun): TestRun {
  const own = metadata.labels ?? {};
  const params = (spec?.["params"] ?? []) as readonly { readonly name: string; readonly value: string }[];
  const text = params.find(({ name }) => name === "SNAPSHOT")?.value ?? '{"components":[]}';
  const { components } = JSON.parse(text) as {
    readonly components: readonly { readonly name: string; readonly containerImage: string }[];
  };
  return {
    key: { namespace: metadata.namespace ?? "", name: metadata.name },
    snapshot: own[labels.snapshot] ?? "",
    scenario: own[labels.scenario] ?? "",
    images: new Map(components.map(({ name, containerImage }) => [name, containerImage])),
  };
}

function condition(status: string, reason: string, lastTransitionTime: string): object {
  return { type: "Succeeded", status, reason, message: reason, lastTransitionTime };
}
