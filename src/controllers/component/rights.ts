import { resources } from "../../api/group.ts";
import { may, type Right } from "../../kube/rights.ts";

/** What this controller asks of the API server. */
export const rights: readonly Right[] = [may(["patch"], resources.component)];
