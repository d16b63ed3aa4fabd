import { resources } from "../../api/group.ts";
import { mayOn, type Right } from "../../kube/rights.ts";

/** What this controller asks of the API server. */
export const rights: readonly Right[] = [mayOn("status", ["patch"], resources.componentGroup)];
