import { createHash } from "node:crypto";
import type { KubeClient } from "../../src/kube/client.ts";
import type { KubeObject, ObjectKey } from "../../src/kube/object.ts";
import { tektonResources } from "../../src/tekton/pipeline-run.ts";

/** A build of one Component, as a build service would run it. */
export interface Build {
  readonly namespace: string;
  readonly component: string;
  /** Names the PipelineRun and, unless given otherwise, the image. */
  readonly name: string;
  readonly labels?: Readonly<Record<string, string>>;
  readonly annotations?: Readonly<Record<string, string>>;
  readonly results?: Readonly<Record<string, string | undefined>>;
}

/** Starts a build: a PipelineRun that runs. */
export async function startBuild(client: KubeClient, build: Build): Promise<ObjectKey> {
  const { namespace, name, component } = build;
  await client.create(tektonResources.pipelineRun, {
    apiVersion: "tekton.dev/v1",
    kind: "PipelineRun",
    metadata: {
      name,
      namespace,
      labels: {
        "pipelines.appstudio.openshift.io/type": "build",
        "appstudio.openshift.io/component": component,
        "pipelinesascode.tekton.dev/event-type": "push",
        ...build.labels,
      },
      annotations: build.annotations ?? {},
    },
    spec: { pipelineRef: { name: "docker-build" } },
  } as KubeObject);
  const startTime = new Date().toISOString();
  const conditions = [{ type: "Succeeded", status: "Unknown", reason: "Running", lastTransitionTime: startTime }];
  await setStatus(client, build, { startTime, conditions });
  return { namespace, name };
}

/** Ends a build with its results; a result that is undefined is left out. */
export async function finishBuild(client: KubeClient, build: Build, outcome: "True" | "False" = "True"): Promise<void> {
  const results: Record<string, string | undefined> = {
    IMAGE_URL: `registry.example:5000/shop/${build.component}:${build.name}`,
    IMAGE_DIGEST: digestOf(build.name),
    "CHAINS-GIT_URL": `https://git.example/shop/${build.component}`,
    "CHAINS-GIT_COMMIT": createHash("sha1").update(build.name).digest("hex"),
    ...build.results,
  };
  const now = new Date().toISOString();
  await setStatus(client, build, {
    completionTime: now,
    conditions: [
      {
        type: "Succeeded",
        status: outcome,
        reason: outcome === "True" ? "Succeeded" : "Failed",
        lastTransitionTime: now,
      },
    ],
    results: Object.entries(results).flatMap(([name, value]) => (value === undefined ? [] : [{ name, value }])),
  });
}

/** Starts a build and ends it at once. */
export async function runBuild(client: KubeClient, build: Build): Promise<ObjectKey> {
  const key = await startBuild(client, build);
  await finishBuild(client, build);
  return key;
}

async function setStatus(client: KubeClient, key: ObjectKey, status: object): Promise<void> {
  await client.patch(tektonResources.pipelineRun, key, { type: "merge", subresource: "status", body: { status } });
}

/** The image that a build makes, as Snapshots name it. */
export function imageOf(build: Pick<Build, "component" | "name">): string {
  return `registry.example:5000/shop/${build.component}@${digestOf(build.name)}`;
}

function digestOf(name: string): string {
  return `sha256:${createHash("sha256").update(name).digest("hex")}`;
}
