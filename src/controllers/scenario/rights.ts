import { resources } from "../../api/group.ts";
import { may, mayOn, type Right } from "../../kube/rights.ts";
import { runnerClusterRole, runnerKinds } from "./runner.ts";

/** What this controller asks of the API server. */
export const rights: readonly Right[] = [
  may(["patch"], resources.integrationTestScenario),
  mayOn("status", ["patch"], resources.integrationTestScenario),
];

/** What making the service account of tests asks for. To bind a role takes all its rights, or this one. */
export const runnerRights: readonly Right[] = [
  may(["get", "create", "patch"], runnerKinds.serviceAccount),
  may(["create"], runnerKinds.secret),
  may(["create"], runnerKinds.roleBinding),
  may(["bind"], runnerKinds.clusterRole, [runnerClusterRole]),
];

/** What it asks for where the API server checks who may set an owner: only who may delete an object may give it one. */
export const ownershipRights: readonly Right[] = [may(["delete"], resources.integrationTestScenario)];
