import { resources } from "../../api/group.ts";
import type { Release } from "../../api/release.ts";
import {
  candidateListKey,
  candidateListSelector,
  configMapResource,
  projectCandidateList,
  type CandidateListRecord,
} from "../../cache/candidate-list.ts";
import { planCollection, type Budgets } from "../../domain/plan-collection.ts";
import { isConflict } from "../../kube/errors.ts";
import { everyObject } from "../../kube/every-object.ts";
import type { Outcome } from "../../runtime/controller.ts";
import type { Environment } from "../environment.ts";
import { loggedOwner } from "../log-fields.ts";
import { gather, type FindList } from "./gather.ts";
import { isSettled } from "./overflow.ts";

/** How many Snapshots go in one look, so that other namespaces and other work come in between. */
const perLook = 50;

/** A namespace: which of its Snapshots are history that nobody needs any more? */
export async function reconcile(
  env: Environment,
  namespace: string,
  budgets: Budgets,
  signal: AbortSignal,
): Promise<Outcome> {
  const going = await goingFrom(env, namespace, budgets, signal);
  if (going.length === 0) return { kind: "settled" };
  const released = await releasedIn(env, namespace, signal);
  for (const name of going.slice(0, perLook)) if (!released.has(name)) await collect(env, { namespace, name }, signal);
  return going.length > perLook ? { kind: "lookAgain", afterMs: 1000 } : { kind: "settled" };
}

/** The Snapshots that go, in the order in which they should. Candidate lists come by another watch than Snapshots, and one that is
 * behind does not name what has entered it since: so where something would go, the API server is asked for the lists. */
async function goingFrom(
  env: Environment,
  namespace: string,
  budgets: Budgets,
  signal: AbortSignal,
): Promise<readonly string[]> {
  const { caches, clock } = env;
  const plan = (findList: FindList): readonly string[] =>
    planCollection(gather(env, namespace, findList), budgets, clock.now());
  if (plan((owner) => caches.candidateLists.get(candidateListKey(owner))).length === 0) return [];
  const lists = new Map<string, CandidateListRecord>();
  for await (const raw of everyObject(
    env.client,
    configMapResource,
    { namespace, labelSelector: candidateListSelector },
    signal,
  ))
    lists.set(raw.metadata.name, projectCandidateList(raw));
  return plan((owner) => lists.get(candidateListKey(owner).name));
}

/** The Snapshots that Releases name. They come by another watch than Snapshots, and what is deleted does not come back: so the
 * API server is asked, once for all that go in one look. */
async function releasedIn(env: Environment, namespace: string, signal: AbortSignal): Promise<ReadonlySet<string>> {
  const released = new Set<string>();
  for await (const release of everyObject(env.client, resources.release, { namespace }, signal))
    released.add((release as Release).spec.snapshot);
  return released;
}

/** Deletes exactly the version that was decided on. One that has changed since is decided on again, at another look. */
async function collect(
  { caches, client, logger, metrics }: Environment,
  key: { readonly namespace: string; readonly name: string },
  signal: AbortSignal,
): Promise<void> {
  const record = caches.snapshots.get(key);
  if (record === undefined || !isSettled(record)) return;
  const { uid, resourceVersion, owner, type } = record;
  try {
    await client.delete(resources.snapshot, key, { uid, resourceVersion, propagationPolicy: "Background" }, signal);
  } catch (error) {
    if (isConflict(error)) return;
    throw error;
  }
  metrics.snapshotCollected(record.retention.isPullRequest ? "pull-request" : "push");
  const fields = { ...key, ...loggedOwner(owner), type, action: "DELETE", audit: "true" };
  logger.info(fields, "Deleted Snapshot that is history");
}
