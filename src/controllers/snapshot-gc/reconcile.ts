import { resources } from "../../api/group.ts";
import type { Release } from "../../api/release.ts";
import { planCollection, type Budgets } from "../../domain/plan-collection.ts";
import { present } from "../../domain/present.ts";
import { isConflict } from "../../kube/errors.ts";
import type { Outcome } from "../../runtime/controller.ts";
import type { Environment } from "../environment.ts";
import { loggedOwner } from "../log-fields.ts";
import { gather } from "./gather.ts";
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
  const going = planCollection(gather(env, namespace), budgets, env.clock.now());
  if (going.length === 0) return { kind: "settled" };
  const released = await releasedIn(env, namespace, signal);
  for (const name of going.slice(0, perLook)) if (!released.has(name)) await collect(env, { namespace, name }, signal);
  return going.length > perLook ? { kind: "lookAgain", afterMs: 1000 } : { kind: "settled" };
}

const pageSize = 500;

/** The Snapshots that Releases name. They come by another watch than Snapshots, and what is deleted does not come back: so the
 * API server is asked, once for all that go in one look. */
async function releasedIn(
  { client }: Environment,
  namespace: string,
  signal: AbortSignal,
): Promise<ReadonlySet<string>> {
  const released = new Set<string>();
  let next: string | undefined;
  do {
    const query = { namespace, limit: pageSize, ...present({ continue: next }) };
    const page = await client.list<Release>(resources.release, query, signal);
    for (const { spec } of page.items) released.add(spec.snapshot);
    next = page.continue;
  } while (next !== undefined);
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
