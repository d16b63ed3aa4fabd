import { resources } from "../../api/group.ts";
import { may, mayOn, type Right } from "../../kube/rights.ts";

/** What this controller asks of the API server. */
export const rights: readonly Right[] = [
  may(["get", "create"], resources.snapshot),
  mayOn("status", ["patch"], resources.snapshot),
  may(["get", "create"], resources.release),
  mayOn("status", ["patch"], resources.release),
  // What is concluded for good from an absence is asked for first: the cache may be behind.
  may(["get"], resources.component),
  may(["get"], resources.componentGroup),
];

/** What it asks for where the API server checks who may set an owner: composites and the candidate list block the deletion of
 * their owner. */
export const ownershipRights: readonly Right[] = [
  mayOn("finalizers", ["update"], resources.application),
  mayOn("finalizers", ["update"], resources.componentGroup),
];
