import { resources } from "../../api/group.ts";
import { annotations, labels, snapshotTypes } from "../../api/labels.ts";
import { componentsOf } from "../../cache/snapshot-content.ts";
import { formatTestStatus } from "../../cache/test-status.ts";
import { commitCandidateList, type Commit } from "../../candidate-list/commit.ts";
import { differences, type CandidateList } from "../../domain/candidate-list.ts";
import { labelValue } from "../../domain/names.ts";
import type { Composite } from "../../domain/plan-promotion.ts";
import { broughtImages } from "../../domain/pending-promotion.ts";
import { compositeHeldBack, type HeldBack } from "../../domain/plan-releases.ts";
import { applicableScenarios, firstEntry } from "../../domain/plan-test-runs.ts";
import { isAlreadyExists, KubeError } from "../../kube/errors.ts";
import type { KubeObject, ObjectKey } from "../../kube/object.ts";
import { controllerReference } from "../../kube/owner-references.ts";
import { isoNow, tell, type Environment } from "../environment.ts";
import type { GatheredApplication } from "./gather.ts";

/** A list as it was read. */
interface ListVersion {
  readonly list: CandidateList;
  readonly resourceVersion?: string;
  readonly rebuilt: boolean;
}

/** Commits what was decided, if it changes the list at all or the list was lost and has been rebuilt. */
export async function commit(
  env: Environment,
  { application }: GatheredApplication,
  change: { readonly from: ListVersion; readonly to: CandidateList },
  signal: AbortSignal,
): Promise<Commit> {
  const { from, to } = change;
  const isWritten = from.resourceVersion !== undefined || !from.rebuilt;
  if (to === from.list && isWritten) return { kind: "committed" };
  const committed = await commitCandidateList(
    env.client,
    { application: application.key, owner: ownerOf(application), from, to },
    signal,
  );
  if (committed.kind === "committed") {
    const { namespace, name } = application.key;
    const images = broughtImages(from.list, to);
    env.metrics.promoted({ snapshotType: to.ledger.type, images, now: env.clock.now() });
    env.logger.info(
      {
        namespace,
        application: `${namespace}/${name}`,
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
  gathered: GatheredApplication,
  { due, list }: { readonly due: Composite; readonly list: CandidateList },
  signal: AbortSignal,
): Promise<void> {
  const { application } = gathered;
  const updated = differences(due.content, list.ledger.content);
  try {
    const novelty = { updated, heldBack: compositeHeldBack(heldBackIn(env, application.key, list, updated)) };
    await env.client.create(resources.snapshot, renderComposite(gathered, due, novelty, isoNow(env.clock)), signal);
  } catch (error) {
    if (isAlreadyExists(error)) return;
    if (error instanceof KubeError && (error.kind === "Rejected" || error.kind === "Forbidden")) {
      tell(env.events, {
        about: { resource: resources.application, ...application },
        type: "Warning",
        reason: "CompositeNotCreated",
        message: error.message,
      });
    }
    throw error;
  }
  const { namespace, name } = application.key;
  env.metrics.compositeCreated(due.revision - list.ledger.revision);
  env.logger.info(
    {
      namespace,
      name: due.name,
      application: `${namespace}/${name}`,
      revision: due.revision,
      action: "ADD",
      audit: "true",
    },
    "CompositeSnapshot created",
  );
  tell(env.events, {
    about: { resource: resources.application, ...application },
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
  { application, scenarios }: GatheredApplication,
  due: Composite,
  { updated, heldBack }: Novelty,
  now: string,
): KubeObject & { readonly spec: object } {
  const traits = { type: snapshotTypes.composite, isPush: true, components: new Set(due.content.keys()) };
  const entries = applicableScenarios(scenarios, traits).map((scenario) => firstEntry(due.name, scenario, now));
  return {
    apiVersion: `${resources.snapshot.group}/${resources.snapshot.version}`,
    kind: resources.snapshot.kind,
    metadata: {
      name: due.name,
      namespace: application.key.namespace,
      labels: {
        [labels.snapshotType]: snapshotTypes.composite,
        [labels.application]: labelValue(application.key.name),
        ...(heldBack === "label" ? { [labels.autoRelease]: "false" } : {}),
      },
      annotations: {
        [annotations.candidateListRevision]: String(due.revision),
        [annotations.testStatus]: formatTestStatus(entries),
        [annotations.updatedComponents]: updated.join(","),
        ...(heldBack === "result" ? { [annotations.shouldRelease]: "false" } : {}),
      },
      ownerReferences: [ownerOf(application)],
    },
    spec: { application: application.key.name, components: componentsOf(due.content) },
  };
}

function ownerOf({ key, uid }: GatheredApplication["application"]): ReturnType<typeof controllerReference> {
  return controllerReference(resources.application, { name: key.name, uid });
}
