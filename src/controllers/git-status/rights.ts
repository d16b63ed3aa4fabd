import { resources } from "../../api/group.ts";
import { may, type Right } from "../../kube/rights.ts";
import { tektonResources } from "../../tekton/pipeline-run.ts";
import { credentialResources } from "./credential-kinds.ts";

/** What this controller asks of the API server, where it is on. Secrets are read one by one, by name; they are never listed. */
export const rights: readonly Right[] = [
  may(["get", "patch"], resources.snapshot),
  may(["get", "patch"], tektonResources.pipelineRun),
  may(["list"], credentialResources.repository),
  may(["get"], credentialResources.secret),
];
