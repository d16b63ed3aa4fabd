import type { Caches } from "../../cache/caches.ts";
import { queueKey } from "../../cache/owner.ts";
import { pendingSince } from "../../domain/pending-promotion.ts";
import type { Waiting } from "../promotion-metrics.ts";

/** The Applications that have something to be promoted, or whose candidate list a person must mend. */
export function waitingApplications(
  { candidateLists }: Pick<Caches, "candidateLists">,
  now: number,
): readonly Waiting[] {
  return candidateLists.all().flatMap(({ owner, parsed }): readonly Waiting[] => {
    const { namespace, name: application } = queueKey(owner);
    if (parsed.kind === "unreadable") return [{ namespace, application, unreadable: true }];
    const since = pendingSince(parsed.list);
    return since === undefined ? [] : [{ namespace, application, unreadable: false, pendingMs: now - since }];
  });
}
