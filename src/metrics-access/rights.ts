import { may, type Right } from "../kube/rights.ts";
import { reviewResources } from "./review-kinds.ts";

/** What asking the API server about readers of metrics takes. Both kinds are of no namespace and are kept nowhere. */
export const rights: readonly Right[] = Object.values(reviewResources).map((resource) => may(["create"], resource));
