import { resources } from "../../api/group.ts";
import { may, mayOn, type Right } from "../../kube/rights.ts";
import { tektonResources } from "../../tekton/pipeline-run.ts";

/** What this controller asks of the API server. */
export const rights: readonly Right[] = [
  may(["get", "create", "patch"], resources.snapshot),
  may(["patch"], tektonResources.pipelineRun),
];

/** What it asks for where the API server checks who may set an owner: Snapshots block the deletion of their Application. */
export const ownershipRights: readonly Right[] = [mayOn("finalizers", ["update"], resources.application)];
