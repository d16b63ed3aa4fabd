import * as z from "zod";
import { ageColumn, labelColumn, type KindDefinition } from "./definition.ts";
import { resources } from "./group.ts";
import { labels } from "./labels.ts";
import type { CustomResource } from "./metadata.ts";
import { conditionsSchema, exactlyOneOwner, opaque, optionalReference, optionalText, rules } from "./schema.ts";

const kept = "Kept, not read by the integration service.";

// Loose: the release service adds fields that are none of this service's business, and they must not get lost.
const releasePlanSpecSchema = z
  .looseObject({
    application: optionalReference("Name of the Application this plan releases."),
    componentGroup: optionalReference(
      "Name of the ComponentGroup this plan releases, in the model without Applications.",
    ),
    target: optionalText(`Namespace the release goes to. ${kept}`),
    releaseGracePeriodDays: z
      .exactOptional(z.int().meta({ default: 7 }))
      .describe(`How many days its Releases are kept. ${kept}`),
    data: opaque(`Data for the release pipelines. ${kept}`),
    pipeline: opaque(`Pipeline in this namespace, under its former name. ${kept}`),
    tenantPipeline: opaque(`Pipeline in this namespace. ${kept}`),
    finalPipeline: opaque(`Pipeline that runs last. ${kept}`),
    collectors: opaque(`Pipelines that collect data. ${kept}`),
  })
  .meta(rules(exactlyOneOwner));

const releasePlanStatusSchema = z.looseObject({
  conditions: conditionsSchema,
  releasePlanAdmission: opaque(`The ReleasePlanAdmission it is matched to. ${kept}`),
});

/** A ReleasePlan: how promoted Snapshots of one Application get released. */
export type ReleasePlan = CustomResource<
  z.infer<typeof releasePlanSpecSchema>,
  z.infer<typeof releasePlanStatusSchema>
>;

/** The kind ReleasePlan. */
export const releasePlanDefinition = {
  resource: resources.releasePlan,
  shortNames: ["rp"],
  description:
    "A ReleasePlan says how an Application gets released. Every promoted Snapshot gets one Release for each plan, unless the plan's label release.appstudio.openshift.io/auto-release is `false`.",
  spec: releasePlanSpecSchema.describe("What to release, and how."),
  status: releasePlanStatusSchema.describe("What the release service knows about it."),
  specPresence: "required",
  columns: [
    { name: "Application", type: "string", jsonPath: ".spec.application", description: "The Application it releases." },
    {
      name: "ComponentGroup",
      type: "string",
      jsonPath: ".spec.componentGroup",
      description: "The ComponentGroup it releases.",
    },
    { name: "Target", type: "string", jsonPath: ".spec.target", description: "Where the release goes." },
    labelColumn(labels.autoRelease, "Auto-release", "`false` means that Releases are made by people only."),
    ageColumn,
  ],
  selectableFields: [".spec.application"],
} as const satisfies KindDefinition;
