import { resources } from "../../api/group.ts";
import { annotations, finalizers, labels } from "../../api/labels.ts";
import type { BuildRecord } from "../../cache/pipeline-run.ts";
import { isSameOwner, ownerResource, type OwnerRecord } from "../../cache/owner.ts";
import type { BuildDecision, NewSnapshot } from "../../domain/plan-build.ts";
import { isAlreadyExists, isKubeError, KubeError } from "../../kube/errors.ts";
import { patchMetadata, type MetadataChange } from "../../kube/guarded-patch.ts";
import { isOwnedBy } from "../../kube/owner-references.ts";
import type { Outcome } from "../../runtime/controller.ts";
import { tektonResources } from "../../tekton/pipeline-run.ts";
import { isoNow, tell, type Environment } from "../environment.ts";
import { logged, loggedOwner } from "../log-fields.ts";
import type { GatheredBuild } from "./gather.ts";
import { renderSnapshot } from "./render.ts";

const quotaRetryMs = 30_000;
const settled: Outcome = { kind: "settled" };

/** Does what was decided for a build PipelineRun, and tells its author. */
export async function act(
  env: Environment,
  gathered: GatheredBuild,
  decision: BuildDecision,
  signal: AbortSignal,
): Promise<Outcome> {
  const { build } = gathered;
  switch (decision.kind) {
    case "hold":
      await change(
        env,
        build,
        { finalizers: [...build.finalizers, finalizers.pipelineRun], ...groupOf(build) },
        signal,
      );
      return settled;
    case "letGo":
      if (build.held) await change(env, build, withoutHold(build), signal);
      return settled;
    case "wait":
      return settled;
    case "link":
      await link(env, gathered, { names: decision.snapshots }, signal);
      return settled;
    case "refuse":
      await report(env, build, { message: decision.message, keep: false }, signal);
      return { kind: "stuck", reason: decision.message };
    case "create":
      return create(env, gathered, decision, signal);
  }
}

/** What became of one of a build's Snapshots. */
type Made =
  | { readonly kind: "made"; readonly name: string }
  /** It will never be. */
  | { readonly kind: "refused"; readonly message: string }
  /** Something is in the way; where nothing tells us when it is gone, we look again. */
  | { readonly kind: "delayed"; readonly message: string; readonly lookAgain: boolean };

/** Makes the Snapshots, each for itself: what is wrong in one ComponentGroup is no concern of the others. The build is kept
 * until all are made. */
async function create(
  env: Environment,
  gathered: GatheredBuild,
  { built, snapshots, existing }: Extract<BuildDecision, { kind: "create" }>,
  signal: AbortSignal,
): Promise<Outcome> {
  const { build } = gathered;
  const answers: Made[] = [];
  for (const snapshot of snapshots) answers.push(await createOne(env, gathered, { snapshot, built }, signal));
  const delays = answers.filter((answer) => answer.kind === "delayed");
  if (delays.length > 0) {
    const message = delays.map((delay) => delay.message).join("; ");
    await report(env, build, { message, keep: true }, signal);
    return delays.some(({ lookAgain }) => lookAgain)
      ? { kind: "lookAgain", afterMs: quotaRetryMs }
      : { kind: "stuck", reason: message };
  }
  const refusals = answers.flatMap((answer) => (answer.kind === "refused" ? [answer.message] : []));
  const names = [...existing, ...answers.flatMap((answer) => (answer.kind === "made" ? [answer.name] : []))];
  if (names.length === 0) return act(env, gathered, { kind: "refuse", message: refusals.join("; ") }, signal);
  await link(env, gathered, { names, refusals }, signal);
  return settled;
}

async function createOne(
  env: Environment,
  gathered: GatheredBuild,
  { snapshot, built }: { readonly snapshot: NewSnapshot; readonly built: string },
  signal: AbortSignal,
): Promise<Made> {
  const { build, owners } = gathered;
  const { name } = snapshot;
  const owner = owners.find((each) => isSameOwner(each.owner, snapshot.owner));
  if (owner?.record === undefined) return { kind: "delayed", message: "its owner is gone", lookAgain: true };
  if (owner.unreadable !== undefined) return { kind: "delayed", message: owner.unreadable, lookAgain: false };
  const { record } = owner;
  try {
    const rendered = renderSnapshot(gathered, { ...owner, record }, { snapshot, built }, isoNow(env.clock));
    await env.client.create(resources.snapshot, rendered, signal);
    if (build.finishedAt !== undefined)
      env.metrics.snapshotCreated({ buildFinishedAt: build.finishedAt, now: env.clock.now() });
    env.logger.info(
      {
        namespace: build.key.namespace,
        name,
        buildpipelineRun: logged(build.key),
        ...loggedOwner(snapshot.owner),
        action: "ADD",
        audit: "true",
      },
      "Created new Snapshot",
    );
    tell(env.events, {
      about: { resource: ownerResource(snapshot.owner), key: record.key, uid: record.uid },
      type: "Normal",
      reason: "SnapshotCreated",
      message: `Component Snapshot ${name} tests build ${build.key.name} of Component ${built}`,
    });
    return { kind: "made", name };
  } catch (error) {
    if (isAlreadyExists(error)) return existingSnapshot(env, snapshot, record, signal);
    if (isKubeError(error, "Rejected")) return { kind: "refused", message: error.message };
    if (isKubeError(error, "Forbidden")) return { kind: "delayed", message: error.message, lookAgain: true };
    throw error;
  }
}

/** An earlier look got as far as creating it, or somebody else has its name. */
async function existingSnapshot(
  env: Environment,
  { owner, name }: NewSnapshot,
  { uid }: OwnerRecord,
  signal: AbortSignal,
): Promise<Made> {
  const existing = await env.client.get(resources.snapshot, { namespace: owner.namespace, name }, signal);
  if (existing === undefined) throw goneMeanwhile(name);
  if (isOwnedBy(existing, uid)) return { kind: "made", name };
  const message = `Snapshot ${name} exists and is not of this ${owner.kind}: delete it`;
  return { kind: "delayed", message, lookAgain: true };
}

function goneMeanwhile(name: string): KubeError {
  const message = `Snapshot ${name} was deleted while it was looked at`;
  return new KubeError({ kind: "Conflict", status: 0, reason: "Gone", message, serverDidNotAct: true });
}

/** Names the Snapshots on the build; those of ComponentGroups are a list. */
async function link(
  env: Environment,
  { build, facts }: Pick<GatheredBuild, "build" | "facts">,
  { names, refusals = [] }: { readonly names: readonly string[]; readonly refusals?: readonly string[] },
  signal: AbortSignal,
): Promise<void> {
  const message = "Sucessfully created snapshot. See annotation appstudio.openshift.io/snapshot for name";
  const outcome = refusals.length === 0 ? status(message, "success") : status(failure(refusals.join("; ")), "failed");
  const said = {
    [annotations.snapshot]: names[0] ?? "",
    ...(facts.version === undefined ? {} : { [annotations.snapshots]: names.join(",") }),
    [annotations.createSnapshotStatus]: outcome,
  };
  await change(env, build, { annotations: said, ...withoutHold(build) }, signal);
}

function failure(message: string): string {
  return `Failed to create snapshot. Error: ${message}`;
}

async function report(
  env: Environment,
  build: BuildRecord,
  { message, keep }: { readonly message: string; readonly keep: boolean },
  signal: AbortSignal,
): Promise<void> {
  const text = status(failure(message), "failed");
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

/** The pull-request group that a build does not name yet: others look for it there. */
function groupOf({ pullRequest }: BuildRecord): MetadataChange {
  if (pullRequest?.group === undefined || pullRequest.grouped) return {};
  const { name, hash } = pullRequest.group;
  return {
    labels: { [labels.pullRequestGroupHash]: hash },
    annotations: { [annotations.pullRequestGroup]: name },
  };
}

async function change(
  { client }: Environment,
  build: BuildRecord,
  metadata: MetadataChange,
  signal: AbortSignal,
): Promise<void> {
  await patchMetadata({ client, resource: tektonResources.pipelineRun, seen: build }, metadata, signal);
}
