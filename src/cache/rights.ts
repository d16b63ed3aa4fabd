import { resources } from "../api/group.ts";
import { may, type Right } from "../kube/rights.ts";
import { tektonResources } from "../tekton/pipeline-run.ts";
import { configMapResource } from "./candidate-list.ts";

const followed = [...Object.values(resources), ...Object.values(tektonResources), configMapResource];

/** Every kind that is followed is listed once and watched from then on. */
export const rights: readonly Right[] = followed.map((resource) => may(["list", "watch"], resource));
