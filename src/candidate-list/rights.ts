import { resources } from "../api/group.ts";
import { configMapResource } from "../cache/candidate-list.ts";
import { may, type Right } from "../kube/rights.ts";

/** What opening and committing a candidate list asks of the API server. A list that is lost is rebuilt from Snapshots. */
export const rights: readonly Right[] = [
  may(["get", "create", "patch"], configMapResource),
  may(["list"], resources.snapshot),
];
