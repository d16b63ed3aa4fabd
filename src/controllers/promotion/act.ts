import { resources } from "../../api/group.ts";
import { annotations, labels, snapshotTypes } from "../../api/labels.ts";
import { ownerControls, ownerField, ownerLabel, ownerResource } from "../../cache/owner.ts";
import { componentsOf } from "../../cache/snapshot-content.ts";
import { formatTestStatus } from "../../cache/test-status.ts";
import { commitCandidateList, type Commit } from "../../candidate-list/commit.ts";
import { differences, type CandidateList } from "../../domain/candidate-list.ts";
import { readComponentKey } from "../../domain/component-key.ts";
import type { Composite } from "../../domain/plan-promotion.ts";
import { broughtImages } from "../../domain/pending-promotion.ts";
import { compositeHeldBack, type HeldBack } from "../../domain/plan-releases.ts";
import { firstEntries } from "../../domain/plan-test-runs.ts";
import { isAlreadyExists, KubeError } from "../../kube/errors.ts";
import type { KubeObject, ObjectKey } from "../../kube/object.ts";
import { isoNow, tell, type Environment } from "../environment.ts";
import { loggedOwner } from "../log-fields.ts";
import type { GatheredOwner } from "./gather.ts";

/** A list as it was read. */
interface ListVersion {
  readonly list: CandidateList;
  readonly resourceVersion?: string;
  readonly rebuilt: boolean;
}

/** Commits what was decided, if it changes the list at all or the list was lost and has been rebuilt. */
export async function commit(
  env: Environment,
  { owner, record }: GatheredOwner,
  change: { readonly from: ListVersion; readonly to: CandidateList },
  signal: AbortSignal,
): Promise<Commit> {
  const { from, to } = change;
  const isWritten = from.resourceVersion !== undefined || !from.rebuilt;
  if (to === from.list && isWritten) return { kind: "committed" };
  const committed = await commitCandidateList(env.client, { owner, uid: record.uid, from, to }, signal);
  if (committed.kind === "committed") {
    const images = broughtImages(from.list, to);
    env.metrics.promoted({ snapshotType: to.ledger.type, images, now: env.clock.now() });
    env.logger.info(
      {
        namespace: owner.namespace,
        ...loggedOwner(owner),
        revision: to.revision,
        promotedRevision: to.ledger.revision,
        action: "UPDATE",
        audit: "true",
      },
      "Committed the Global Candidate List",
    );
  }
  return committed;
}

/** Creates the composite Snapshot that is due. That it exists already is as good: its name is its revision. */
export async function createComposite(
  env: Environment,
  gathered: GatheredOwner,
  { due, list }: { readonly due: Composite; readonly list: CandidateList },
  signal: AbortSignal,
): Promise<void> {
  const { owner, record } = gathered;
  const about = { resource: ownerResource(owner), ...record };
  const updated = differences(due.content, list.ledger.content);
  try {
    const novelty = { updated, heldBack: compositeHeldBack(heldBackIn(env, owner, list, updated)) };
    await env.client.create(resources.snapshot, renderComposite(gathered, due, novelty, isoNow(env.clock)), signal);
  } catch (error) {
    if (isAlreadyExists(error)) return;
    if (error instanceof KubeError && (error.kind === "Rejected" || error.kind === "Forbidden")) {
      tell(env.events, {
        about,
        type: "Warning",
        reason: "CompositeNotCreated",
        message: error.message,
      });
    }
    throw error;
  }
  env.metrics.compositeCreated(due.revision - list.ledger.revision);
  env.logger.info(
    {
      namespace: owner.namespace,
      name: due.name,
      ...loggedOwner(owner),
      revision: due.revision,
      action: "ADD",
      audit: "true",
    },
    "CompositeSnapshot created",
  );
  tell(env.events, {
    about,
    type: "Normal",
    reason: "CompositeCreated",
    message: `Composite Snapshot ${due.name} tests revision ${String(due.revision)} of the candidate list: ${updated.join(", ") || "Components were removed"} since the last promotion`,
  });
}

/** What keeps the builds from being released whose images are new in a composite. */
function heldBackIn(
  { caches }: Environment,
  { namespace }: ObjectKey,
  { candidates }: CandidateList,
  updated: readonly string[],
): readonly (HeldBack | undefined)[] {
  return updated.map((component) => {
    const name = candidates.get(component)?.snapshot;
    return name === undefined ? undefined : caches.snapshots.get({ namespace, name })?.heldBack;
  });
}

interface Novelty {
  /** The Components whose image was not promoted before. */
  readonly updated: readonly string[];
  readonly heldBack: HeldBack | undefined;
}

function renderComposite(
  { owner, record, scenarios, graph }: GatheredOwner,
  due: Composite,
  { updated, heldBack }: Novelty,
  now: string,
): KubeObject & { readonly spec: object } {
  const components = new Set([...due.content.keys()].map((key) => readComponentKey(key).name));
  const traits = { name: due.name, type: snapshotTypes.composite, isPush: true, components };
  const entries = firstEntries(traits, { scenarios, graph, now });
  return {
    apiVersion: `${resources.snapshot.group}/${resources.snapshot.version}`,
    kind: resources.snapshot.kind,
    metadata: {
      name: due.name,
      namespace: owner.namespace,
      labels: {
        [labels.snapshotType]: snapshotTypes.composite,
        ...ownerLabel(owner),
        ...(heldBack === "label" ? { [labels.autoRelease]: "false" } : {}),
      },
      annotations: {
        [annotations.candidateListRevision]: String(due.revision),
        [annotations.testStatus]: formatTestStatus(entries),
        [annotations.updatedComponents]: [...new Set(updated.map((key) => readComponentKey(key).name))].join(","),
        ...(heldBack === "result" ? { [annotations.shouldRelease]: "false" } : {}),
      },
      ownerReferences: [ownerControls(owner, record)],
    },
    spec: { ...ownerField(owner), components: componentsOf(due.content) },
  };
}
