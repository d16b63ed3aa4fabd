import { resources } from "../../api/group.ts";
import { mergeConditions, type ConditionUpdate } from "../../kube/conditions.ts";
import { patchStatus } from "../../kube/guarded-patch.ts";
import { present } from "../../domain/present.ts";
import type { Place } from "../../domain/told-place.ts";
import { isoNow, type Environment } from "../environment.ts";
import type { Concerned } from "./gather.ts";

export interface StatusChange {
  readonly updates: readonly ConditionUpdate[];
  readonly candidateList?: Place;
}

/** Writes what changes of a Snapshot's status, on the version known by now: what was recorded of its tests since we looked
 * stays. False when there was nothing to write. */
export async function updateStatus(
  { caches, client, clock }: Environment,
  { record }: Concerned,
  { updates, candidateList }: StatusChange,
  signal: AbortSignal,
): Promise<boolean> {
  const seen = caches.snapshots.get(record.key);
  if (seen?.uid !== record.uid || seen.open === undefined) return false;
  // Another operator, which leads too long or too late, was quicker with a verdict: that is for good.
  if (seen.concluded && !record.concluded) return false;
  const conditions = mergeConditions(seen.open.conditions, updates, isoNow(clock));
  if (conditions === seen.open.conditions) return false;
  const target = { client, resource: resources.snapshot, seen };
  await patchStatus(target, { conditions, ...present({ candidateList }) }, signal);
  return true;
}
