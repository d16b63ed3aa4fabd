import { resources } from "../../api/group.ts";
import { annotations } from "../../api/labels.ts";
import { ownerIndex } from "../../cache/owner.ts";
import { openCandidateList } from "../../candidate-list/open.ts";
import { groupFailure, groupStatus, type GroupMember, type GroupPlan } from "../../domain/plan-pull-request-group.ts";
import { isAlreadyExists, isKubeError } from "../../kube/errors.ts";
import { patchMetadata, type Seen } from "../../kube/guarded-patch.ts";
import { isOwnedBy } from "../../kube/owner-references.ts";
import type { Outcome } from "../../runtime/controller.ts";
import { settleAll } from "../../runtime/settle-all.ts";
import { tektonResources } from "../../tekton/pipeline-run.ts";
import { isoNow, tell, type Environment } from "../environment.ts";
import type { GatheredGroup } from "./gather.ts";
import { renderGroupSnapshot } from "./render.ts";

/** Writes on what belongs to a merged request that it is merged. */
export async function markMerged(
  { client }: Environment,
  { merged }: GatheredGroup,
  signal: AbortSignal,
): Promise<void> {
  const change = { annotations: { [annotations.pullRequestStatus]: "merged" } };
  const mark = (resource: typeof resources.snapshot | typeof tektonResources.pipelineRun) => async (seen: Seen) => {
    await patchMetadata({ client, resource, seen }, change, signal);
  };
  await settleAll([
    ...merged.snapshots.map(mark(resources.snapshot)),
    ...merged.builds.map(mark(tektonResources.pipelineRun)),
  ]);
}

/** Writes on the members what became of their group, where they do not say so already. */
export async function tellMembers(
  env: Environment,
  { snapshots }: GatheredGroup,
  {
    members,
    textFor,
  }: { readonly members: readonly GroupMember[]; readonly textFor: (member: GroupMember) => string | undefined },
  signal: AbortSignal,
): Promise<void> {
  await settleAll(
    members.map(async (member) => {
      const [seen, text] = [snapshots.get(member.name), textFor(member)];
      if (seen === undefined || text === undefined || text === member.said) return;
      const change = { annotations: { [annotations.groupSnapshotStatus]: text } };
      await patchMetadata({ client: env.client, resource: resources.snapshot, seen }, change, signal);
    }),
  );
}

const retryMs = 30_000;

/** Creates the group Snapshot that is due, then tells its members; a crash in between leaves the Snapshot, which is found. */
export async function create(
  env: Environment,
  gathered: GatheredGroup,
  plan: GroupPlan & { readonly decision: { readonly kind: "due" } },
  signal: AbortSignal,
): Promise<Outcome> {
  const made = await make(env, gathered, { name: plan.decision.snapshot, members: plan.members }, signal);
  const { world } = gathered;
  const textFor = ({ said }: GroupMember): string | undefined =>
    made.kind === "made" ? groupStatus(world, plan, said) : groupFailure(world, made.problem);
  await tellMembers(env, gathered, { members: plan.members, textFor }, signal);
  if (made.kind === "made") return { kind: "settled" };
  return made.retry ? { kind: "lookAgain", afterMs: retryMs } : { kind: "stuck", reason: made.problem };
}

type Made = { readonly kind: "made" } | { readonly kind: "refused"; readonly problem: string; readonly retry: boolean };

async function make(
  env: Environment,
  gathered: GatheredGroup,
  { name, members }: { readonly name: string; readonly members: readonly GroupMember[] },
  signal: AbortSignal,
): Promise<Made> {
  const { caches, client, clock } = env;
  const { owner } = gathered;
  const opened = await openCandidateList({ caches, client, now: () => clock.now() }, owner, signal);
  if (opened.kind === "unreadable") {
    const problem = `ConfigMap ${opened.configMap.name} is unreadable: ${opened.problem}`;
    return { kind: "refused", problem, retry: false };
  }
  const scenarios = caches.scenarios.byIndex("byOwner", ownerIndex(owner)).map(({ facts }) => facts);
  const material = { name, members, list: opened.list, scenarios, now: isoNow(clock) };
  try {
    await client.create(resources.snapshot, renderGroupSnapshot(gathered, material), signal);
  } catch (error) {
    if (isAlreadyExists(error)) return existing(env, gathered, name, signal);
    const isForGood = isKubeError(error, "Rejected");
    if (!isForGood && !isKubeError(error, "Forbidden")) throw error;
    return { kind: "refused", problem: error.message, retry: !isForGood };
  }
  announce(env, gathered, { name, members });
  return { kind: "made" };
}

/** An earlier look got as far as creating it, or somebody else has its name. */
async function existing(
  { client }: Environment,
  { application }: GatheredGroup,
  name: string,
  signal: AbortSignal,
): Promise<Made> {
  const found = await client.get(resources.snapshot, { namespace: application.key.namespace, name }, signal);
  if (found === undefined || isOwnedBy(found, application.uid)) return { kind: "made" };
  const problem = `Snapshot ${name} exists and is not of this Application: delete it`;
  return { kind: "refused", problem, retry: true };
}

function announce(
  env: Environment,
  { application, group }: GatheredGroup,
  { name, members }: { readonly name: string; readonly members: readonly GroupMember[] },
): void {
  const { namespace } = application.key;
  const fields = { namespace, name, application: `${namespace}/${application.key.name}`, pullRequestGroup: group.name };
  env.logger.info({ ...fields, action: "ADD", audit: "true" }, "Created new group Snapshot");
  tell(env.events, {
    about: { resource: resources.application, ...application },
    type: "Normal",
    reason: "GroupSnapshotCreated",
    message: `Group Snapshot ${name} tests pull-request group ${group.name}: ${members.map(({ component }) => component).join(", ")}`,
  });
}
