import { resources } from "../../api/group.ts";
import { may, mayOn, type Right } from "../../kube/rights.ts";
import { tektonResources } from "../../tekton/pipeline-run.ts";
import { resolutionRequestResource } from "../../tekton/resolution.ts";

/** What this controller asks of the API server. */
export const rights: readonly Right[] = [
  may(["get", "patch"], resources.snapshot),
  may(["get"], resources.component),
  may(["get"], resources.componentGroup),
  mayOn("status", ["patch"], resources.snapshot),
  may(["get", "create", "patch"], tektonResources.pipelineRun),
  may(["list"], tektonResources.taskRun),
  // Only for scenarios that fetch a whole PipelineRun.
  may(["get", "create", "delete"], resolutionRequestResource),
];

/** What it asks for where the API server checks who may set an owner. Snapshots that people make are given their owner,
 * and only who may delete an object may give it an owner; test runs block the deletion of their Snapshot. */
export const ownershipRights: readonly Right[] = [
  mayOn("finalizers", ["update"], resources.application),
  mayOn("finalizers", ["update"], resources.componentGroup),
  may(["delete"], resources.snapshot),
  mayOn("finalizers", ["update"], resources.snapshot),
];
