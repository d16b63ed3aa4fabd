import { resources } from "../../api/group.ts";
import { may, mayOn, type Right } from "../../kube/rights.ts";

/** What this controller asks of the API server. */
export const rights: readonly Right[] = [
  may(["patch"], resources.integrationTestScenario),
  mayOn("status", ["patch"], resources.integrationTestScenario),
];

/** What it asks for where the API server checks who may set an owner: only who may delete an object may give it one. */
export const ownershipRights: readonly Right[] = [may(["delete"], resources.integrationTestScenario)];
