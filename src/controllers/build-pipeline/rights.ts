import { resources } from "../../api/group.ts";
import { may, mayOn, type Right } from "../../kube/rights.ts";
import { tektonResources } from "../../tekton/pipeline-run.ts";

/** What this controller asks of the API server. */
export const rights: readonly Right[] = [
  may(["get", "create"], resources.snapshot),
  may(["patch"], tektonResources.pipelineRun),
  // What is concluded for good from an absence is asked for first: the cache may be behind.
  may(["get"], resources.application),
  may(["get"], resources.component),
];

/** What it asks for where the API server checks who may set an owner: Snapshots block the deletion of their owner. */
export const ownershipRights: readonly Right[] = [
  mayOn("finalizers", ["update"], resources.application),
  mayOn("finalizers", ["update"], resources.componentGroup),
];
