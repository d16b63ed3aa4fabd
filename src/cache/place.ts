import { conditionTypes } from "../api/conditions.ts";
import type { Snapshot } from "../api/snapshot.ts";
import { readPlace, type Place } from "../domain/told-place.ts";
import { findCondition, type Condition } from "../kube/conditions.ts";

/** Where a Snapshot stands in the history of the candidate list, as its status says or else its condition. */
export function placeOf({ status }: Snapshot): Place {
  if (status?.candidateList !== undefined) return status.candidateList;
  const said = findCondition((status?.conditions ?? []) as readonly Condition[], conditionTypes.promoted);
  return said === undefined ? nowhere : readPlace(said.message);
}

/** Shared, as it never changes. */
const nowhere: Place = {};
