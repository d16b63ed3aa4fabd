import { resources } from "../../api/group.ts";
import { annotations, finalizers } from "../../api/labels.ts";
import type { BuildRecord } from "../../cache/pipeline-run.ts";
import type { BuildDecision } from "../../domain/plan-build.ts";
import { isAlreadyExists, isKubeError } from "../../kube/errors.ts";
import { patchMetadata, type MetadataChange } from "../../kube/guarded-patch.ts";
import { isOwnedBy } from "../../kube/owner-references.ts";
import type { Outcome } from "../../runtime/controller.ts";
import { tektonResources } from "../../tekton/pipeline-run.ts";
import { isoNow, tell, type Environment } from "../environment.ts";
import type { GatheredBuild } from "./gather.ts";
import { renderSnapshot } from "./render.ts";

/** Something outside the build is in the way: its author is told, and the build is kept until it is gone. */
type Delay = { readonly kind: "delay"; readonly message: string };

const quotaRetryMs = 30_000;
const settled: Outcome = { kind: "settled" };

/** Does what was decided for a build PipelineRun, and tells its author. */
export async function act(
  env: Environment,
  gathered: GatheredBuild,
  decision: BuildDecision | Delay,
  signal: AbortSignal,
): Promise<Outcome> {
  const { build } = gathered;
  switch (decision.kind) {
    case "hold":
      await change(env, build, { finalizers: [...build.finalizers, finalizers.pipelineRun] }, signal);
      return settled;
    case "letGo":
      if (build.held) await change(env, build, withoutHold(build), signal);
      return settled;
    case "wait":
      return settled;
    case "link":
      await link(env, build, decision.snapshot, signal);
      return settled;
    case "refuse":
      await report(env, build, { message: decision.message, keep: false }, signal);
      return { kind: "stuck", reason: decision.message };
    case "delay":
      await report(env, build, { message: decision.message, keep: true }, signal);
      return { kind: "stuck", reason: decision.message };
    case "create":
      return create(env, gathered, decision, signal);
  }
}

async function create(
  env: Environment,
  gathered: GatheredBuild,
  decision: Extract<BuildDecision, { kind: "create" }>,
  signal: AbortSignal,
): Promise<Outcome> {
  const { build, application } = gathered;
  if (application === undefined) return settled;
  try {
    await env.client.create(
      resources.snapshot,
      renderSnapshot(gathered, application, decision, isoNow(env.clock)),
      signal,
    );
    if (build.finishedAt !== undefined)
      env.metrics.snapshotCreated({ buildFinishedAt: build.finishedAt, now: env.clock.now() });
    env.logger.info(
      {
        namespace: build.key.namespace,
        name: decision.name,
        pipelineRun: build.key.name,
        application: application.key.name,
        action: "ADD",
        audit: "true",
      },
      "Created new Snapshot",
    );
    tell(env.events, {
      about: { resource: resources.application, key: application.key, uid: application.uid },
      type: "Normal",
      reason: "SnapshotCreated",
      message: `Component Snapshot ${decision.name} tests build ${build.key.name} of Component ${decision.built}`,
    });
  } catch (error) {
    if (isAlreadyExists(error)) return linkExisting(env, gathered, decision.name, signal);
    if (isKubeError(error, "Rejected")) return act(env, gathered, { kind: "refuse", message: error.message }, signal);
    if (!isKubeError(error, "Forbidden")) throw error;
    await report(env, build, { message: error.message, keep: true }, signal);
    return { kind: "lookAgain", afterMs: quotaRetryMs };
  }
  await link(env, build, decision.name, signal);
  return settled;
}

/** An earlier look got as far as creating it, or somebody else has its name. */
async function linkExisting(
  env: Environment,
  { build, application }: GatheredBuild,
  name: string,
  signal: AbortSignal,
): Promise<Outcome> {
  const existing = await env.client.get(resources.snapshot, { namespace: build.key.namespace, name }, signal);
  if (existing === undefined) return { kind: "lookAgain", afterMs: 0 };
  if (application === undefined || !isOwnedBy(existing, application.uid)) {
    const message = `Snapshot ${name} exists and is not of this Application: delete it`;
    await report(env, build, { message, keep: true }, signal);
    return { kind: "lookAgain", afterMs: quotaRetryMs };
  }
  await link(env, build, name, signal);
  return settled;
}

async function link(env: Environment, build: BuildRecord, snapshot: string, signal: AbortSignal): Promise<void> {
  const message = "Sucessfully created snapshot. See annotation appstudio.openshift.io/snapshot for name";
  const said = { [annotations.snapshot]: snapshot, [annotations.createSnapshotStatus]: status(message, "success") };
  await change(env, build, { annotations: said, ...withoutHold(build) }, signal);
}

async function report(
  env: Environment,
  build: BuildRecord,
  { message, keep }: { readonly message: string; readonly keep: boolean },
  signal: AbortSignal,
): Promise<void> {
  const text = status(`Failed to create snapshot. Error: ${message}`, "failed");
  const isSaid = build.annotations[annotations.createSnapshotStatus] === text;
  const letGo = !keep && build.held;
  if (isSaid && !letGo) return;
  await change(
    env,
    build,
    { annotations: { [annotations.createSnapshotStatus]: text }, ...(letGo ? withoutHold(build) : {}) },
    signal,
  );
  tell(env.events, {
    about: { resource: tektonResources.pipelineRun, key: build.key, uid: build.uid },
    type: "Warning",
    reason: "SnapshotNotCreated",
    message,
  });
}

/** Keys in the order that upstream writes them. */
function status(message: string, outcome: "success" | "failed"): string {
  return JSON.stringify({ message, status: outcome });
}

function withoutHold({ held, finalizers: all }: BuildRecord): MetadataChange {
  return held ? { finalizers: all.filter((name) => name !== finalizers.pipelineRun) } : {};
}

async function change(
  { client }: Environment,
  build: BuildRecord,
  metadata: MetadataChange,
  signal: AbortSignal,
): Promise<void> {
  await patchMetadata({ client, resource: tektonResources.pipelineRun, seen: build }, metadata, signal);
}
