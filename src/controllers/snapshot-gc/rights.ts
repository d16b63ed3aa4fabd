import { resources } from "../../api/group.ts";
import { configMapResource } from "../../cache/candidate-list.ts";
import { may, type Right } from "../../kube/rights.ts";

/** What this controller asks of the API server. */
export const rights: readonly Right[] = [
  may(["delete"], resources.snapshot),
  // What is deleted does not come back: whether a Release or a candidate list names it is asked for first.
  may(["list"], resources.release),
  may(["list"], configMapResource),
];
